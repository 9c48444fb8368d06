import { defineConfig } from "electron-vite";

const entry = (file: string) => new URL(file, import.meta.url).pathname;

/** Doors of the house; every one is stated, since electron-vite's default folders are not ours. */
export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      target: "node24",
      externalizeDeps: true,
      rollupOptions: {
        input: {
          bin: entry("src-main/cli/bin.ts"),
          cli: entry("src-main/cli/main.ts"),
          worker: entry("src-main/worker.ts"),
        },
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
});
