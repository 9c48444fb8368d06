/** `npm start` and `npm run check:electron` as a user's machine meets them, in a project folder of their own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "./boot.ts";

let place: string;
const inPlace = (...names: string[]) => path.join(place, ...names);

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
}

beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), "apexlab-start-"));
  chmodSync(place, 0o777);
  for (const script of ["start.mjs", "electron-runtime.mjs", "check-electron.mjs"])
    cpSync(path.join(root, "build", script), inPlace("build", script));
  write(inPlace("package.json"), '{"type":"module"}');
  write(inPlace("out", "main", "bin.js"), 'console.log("browser:", process.argv.slice(2).join(" ")); process.exit(7);');
  write(inPlace("node_modules", "electron", "package.json"), '{"version":"45.0.0","type":"commonjs"}');
  write(
    inPlace("node_modules", "electron", "install.js"),
    'require("fs").appendFileSync(__dirname + "/tried", "x"); process.exit(1);',
  );
  chmodSync(inPlace("node_modules"), 0o777);
  chmodSync(inPlace("node_modules", "electron"), 0o777);
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

interface Surroundings {
  readonly screen?: boolean;
  /** The script that stands in for Electron's executable. */
  readonly electron?: string;
  readonly asRoot?: boolean;
}

async function run(script: string, args: string[], { screen = true, electron, asRoot = false }: Surroundings) {
  const { DISPLAY: _screen, WAYLAND_DISPLAY: _wayland, ELECTRON_OVERRIDE_DIST_PATH: _dist, ...env } = process.env;
  if (electron !== undefined) write(inPlace("dist", "electron"), `#!/bin/sh\n${electron}\n`);
  const child = spawn(process.execPath, [inPlace("build", script), ...args], {
    env: {
      ...env,
      ...(screen ? { DISPLAY: ":0" } : {}),
      ...(electron === undefined ? {} : { ELECTRON_OVERRIDE_DIST_PATH: inPlace("dist") }),
    },
    ...(process.getuid?.() === 0 && !asRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const [code] = await once(child, "close");
  return { code, said };
}

describe.skipIf(process.platform !== "linux")("npm start", () => {
  it("opens the desktop where Electron is, with the arguments that it got", async () => {
    const { code, said } = await run("start.mjs", ["--workspace", "a b"], { electron: 'echo "desktop: $@"' });
    expect(said).toBe(`desktop: ${place} --workspace a b\n`);
    expect(code).toBe(0);
  });

  it("says in one sentence that the runtime is absent, and opens the browser; the download is tried once", async () => {
    const { code, said } = await run("start.mjs", ["--port", "0"], {});
    expect(said.split("\n")).toEqual([
      "Downloading Electron's runtime (once) ...",
      "Electron's runtime is not installed (npx install-electron downloads it). Apexlab opens in the browser instead.",
      "browser: serve --port 0",
      "",
    ]);
    expect(code).toBe(7);
    expect((await run("start.mjs", [], {})).said).not.toContain("Downloading");
    expect(existsSync(inPlace("node_modules", "electron", "tried"))).toBe(true);
  });

  it.each([
    ["there is no screen", { screen: false, electron: "exit 0" }, "There is no screen for a desktop window."],
    ["Electron fails at once", { electron: "exit 133" }, "Electron did not start (code 133)."],
    ["Electron is shot down at once", { electron: "kill -TRAP $$" }, "Electron did not start (SIGTRAP)."],
  ])("opens the browser where %s", async (...[, surroundings, reason]) => {
    const { code, said } = await run("start.mjs", [], surroundings);
    expect(said).toBe(`${reason} Apexlab opens in the browser instead.\nbrowser: serve\n`);
    expect(code).toBe(7);
  });

  it.skipIf(process.getuid?.() !== 0)("opens the browser for root, whom the sandbox refuses", async () => {
    const { said } = await run("start.mjs", [], { electron: "exit 0", asRoot: true });
    expect(said).toContain("does not work for the user root");
  });
});

describe.skipIf(process.platform !== "linux")("npm run check:electron", () => {
  it("says plainly that it was skipped", async () => {
    const absent = await run("check-electron.mjs", [], {});
    expect(absent.said).toMatch(/^Skipped: Electron's runtime is not here .* was not tried on the real Electron\.\n$/);
    expect(absent.code).toBe(0);
    const dark = await run("check-electron.mjs", [], { screen: false, electron: "exit 0" });
    expect(dark.said).toMatch(/^Skipped: there is no screen/);
  });
});
