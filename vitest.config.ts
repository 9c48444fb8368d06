import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src-main/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Tests are held to behaviour, never to the machine's speed: the limits above only end what hangs.
    reporters: ["default"],
  },
});
