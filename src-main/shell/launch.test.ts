import { homedir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { workspaceFolder } from "../cli/command.ts";
import { places, workspaceOf } from "./launch.ts";

afterEach(() => vi.unstubAllEnvs());

describe("places", () => {
  it("of a packaged app lie below its resources, of the clone beside the built main.js", () => {
    const built = path.resolve(import.meta.dirname, "..", "..", "out", "main");
    const packaged = places("/app/app.asar/out/main", "/app");
    expect(packaged.script).toBe(path.resolve("/app/host/out/main/serve.js"));
    expect(packaged.page).toBe(path.resolve("/app/host/out/renderer"));
    expect(packaged.node).toMatch(/[\\/]app[\\/]host[\\/]node(\.exe)?$/);
    expect(packaged.preload).toBe(path.resolve("/app/app.asar/out/preload/preload.cjs"));
    const cloned = places(built, null);
    expect(cloned.script).toBe(path.join(built, "serve.js"));
    expect(cloned.node).toMatch(/node_modules[\\/]node[\\/]bin[\\/]node(\.exe)?$/);
  });
});

describe("the workspace", () => {
  it("is the same as the terminal's", () => {
    vi.stubEnv("APEXLAB_WORKSPACE", "");
    expect(workspaceOf(["electron", "."], process.env)).toBe(workspaceFolder({}));
    expect(workspaceOf(["electron", "."], process.env)).toBe(path.join(homedir(), "Apexlab"));
    vi.stubEnv("APEXLAB_WORKSPACE", "/data/lab");
    expect(workspaceOf(["electron", "."], process.env)).toBe(workspaceFolder({}));
    for (const argv of [
      ["electron", ".", "--workspace", "mine=1"],
      ["Apexlab", "--workspace=mine=1", "--ozone"],
    ])
      expect(workspaceOf(argv, process.env)).toBe(workspaceFolder({ workspace: "mine=1" }));
  });
});
