/** The package that would be made: electron-builder's own work, on a stand-in for Electron's runtime. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { FuseState, getCurrentFuseWire } from "@electron/fuses";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUSES } from "../../build/packaging/config.ts";
import { hostFiles, type Target } from "../../build/packaging/host-files.ts";
import { makePackage } from "../../build/packaging/package.ts";
import { forward } from "../../src-main/shell/forward.ts";
import { buildShell, root } from "./boot.ts";

/** What Electron's binary carries: a mark, a version, a length, and a character for each fuse. */
const FUSE_WIRE = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009${"1".repeat(9)}`;

describe.skipIf(process.platform !== "linux")("the package", () => {
  const place = mkdtempSync(path.join(tmpdir(), "apexlab-package-"));
  const unpacked = path.join(place, "output", process.arch === "x64" ? "linux-unpacked" : "linux-arm64-unpacked");
  let built: ReturnType<typeof buildShell>;

  beforeAll(async () => {
    built = buildShell();
    const electronDist = path.join(place, "electron");
    mkdirSync(path.join(electronDist, "resources"), { recursive: true });
    writeFileSync(path.join(electronDist, "electron"), Buffer.from(`runtime ${FUSE_WIRE} end`, "latin1"), {
      mode: 0o755,
    });
    writeFileSync(path.join(electronDist, "version"), "45.3.4");
    await makePackage({ root, built: built.folder, output: path.join(place, "output"), unpacked: true, electronDist });
  });
  const icon = (name: string) => readFileSync(path.join(built.folder, "icons", name));
  afterAll(() => {
    built[Symbol.dispose]();
    rmSync(place, { recursive: true, force: true });
  });

  it("holds in its asar the three files of the window's process, and no package", () => {
    const asar = path.join(unpacked, "resources", "app.asar");
    expect(listAsar(asar)).toEqual([
      "out/icons/icon.png",
      "out/main/main.js",
      "out/preload/preload.cjs",
      "package.json",
    ]);
  });

  it("has the host beside it: Node, the built files, and the native files of this system only", () => {
    const host = path.join(unpacked, "resources", "host");
    const files = readdirSync(host, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(host, path.join(entry.parentPath, entry.name)));
    expect(files).toEqual(
      expect.arrayContaining(["node", "package.json", "out/main/worker.js", "out/renderer/index.html"]),
    );
    expect(files).not.toContain("out/main/main.js");
    const system = `${process.platform}-${process.arch}`;
    const native = files.filter((file) => /\.(node|dll|dylib|so)(\.\d+)*$/.test(file));
    const ours = [`linux/${process.arch}/`, `${system}.node`, `@img/sharp-${system}/`, `@img/sharp-libvips-${system}/`];
    expect(native.filter((file) => !ours.some((part) => file.includes(part)))).toEqual([]);
    expect(ours.filter((part) => !native.some((file) => file.includes(part)))).toEqual([]);
    expect(JSON.parse(readFileSync(path.join(host, "package.json"), "utf8")).type).toBe("module");
    expect(statSync(path.join(host, "node")).mode & 0o111).not.toBe(0);
    expect(files.filter((file) => /(electron|react|vite|typescript)\//.test(file))).toEqual([]);
  });

  it("has every fuse set", async () => {
    const wire = await getCurrentFuseWire(path.join(unpacked, "apexlab"));
    for (const [fuse, on] of Object.entries(FUSES))
      expect(Reflect.get(wire, fuse)).toBe(on ? FuseState.ENABLE : FuseState.DISABLE);
  });

  it("loads every package with native or left-out files with its own Node", async () => {
    const host = path.join(unpacked, "resources", "host");
    const names = ["sharp", "better-sqlite3", "onnxruntime-node", "@tensorflow/tfjs-backend-cpu"];
    const script = `for (const name of ${JSON.stringify(names)}) {
      await import(name);
      console.log(import.meta.resolve(name));
    }`;
    const child = spawn(path.join(host, "node"), ["--input-type=module", "-e", script], { cwd: host });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    await once(child, "close");
    const loaded = said.trim().split("\n");
    expect(loaded).toEqual(names.map((name) => expect.stringContaining(`${host}/node_modules/${name}/`)));
  });

  it("starts its host, which answers on the socket and ends when its stdin closes", async () => {
    const host = path.join(unpacked, "resources", "host");
    const socket = path.join(place, "host.sock");
    const args = [
      "--socket",
      socket,
      "--workspace",
      path.join(place, "study"),
      "--page",
      path.join(host, "out/renderer"),
    ];
    const child = spawn(path.join(host, "node"), [path.join(host, "out/main/serve.js"), ...args], { cwd: place });
    const faults: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => void faults.push(text));
    const ended = once(child, "close");
    const line = await Promise.race([once(child.stdout, "data"), ended.then(() => [faults.join("")])]);
    expect(String(line[0])).toContain('"ready":true');
    const page = await forward(new Request("app://apexlab/"), socket);
    expect(await page.text()).toContain("A small page");
    const list = await forward(new Request("app://apexlab/trpc/devices.list"), socket);
    expect(await list.text()).toContain('"cpu"');
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    expect(faults).toEqual([]);
  });

  it("has an icon for each system", async () => {
    expect(await sharp(icon("icon.png")).metadata()).toMatchObject({ format: "png", width: 512, hasAlpha: true });
    const ico = icon("icon.ico");
    const [length, offset] = [ico.readUInt32LE(6 + 8), ico.readUInt32LE(6 + 12)];
    expect(await sharp(ico.subarray(offset, offset + length)).metadata()).toMatchObject({ format: "png", width: 16 });
    const icns = icon("icon.icns");
    expect(icns.toString("latin1", 0, 4)).toBe("icns");
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    expect(await sharp(icns.subarray(16)).metadata()).toMatchObject({ format: "png", width: 16 });
  });
});

describe("the host's files", () => {
  it("cannot be had for a system whose native files are not here", () => {
    const elsewhere: Target = { platform: process.platform === "win32" ? "linux" : "win32", arch: "x64" };
    expect(() => hostFiles({ root, built: path.join(root, "out"), target: elsewhere })).toThrow(/on that system/);
  });
});

function listAsar(file: string): string[] {
  const asar = createRequire(createRequire(import.meta.url).resolve("electron-builder"))("@electron/asar");
  const all: string[] = asar.listPackage(file, { isPack: false });
  return all
    .filter((name) => asar.statFile(file, name.slice(1)).files === undefined)
    .map((name) => name.slice(1))
    .sort();
}
