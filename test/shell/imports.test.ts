/** No native module may ever be loaded in Electron's process, by whatever chain of imports. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, readSources, type SourceFile } from "../floors.ts";
import { buildShell, root } from "./boot.ts";

const DOORS = ["src-main/main.ts", "src-preload/preload.ts"];

/** Every package that `door` reaches, with the chain of files that leads to it. */
function packagesBehind(door: string, sources: readonly SourceFile[]): Map<string, string[]> {
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const found = new Map<string, string[]>();
  const seen = new Set<string>();
  const visit = (file: string, chain: readonly string[]) => {
    const text = texts.get(file);
    if (seen.has(file) || text === undefined) return;
    seen.add(file);
    for (const name of importsOf(text)) {
      if (name.startsWith(".")) visit(path.posix.join(path.posix.dirname(file), name), [...chain, file]);
      else if (!found.has(name)) found.set(name, [...chain, file]);
    }
  };
  visit(door, []);
  return found;
}

const foreign = (found: ReadonlyMap<string, readonly string[]>) =>
  [...found].filter(([name]) => name !== "electron" && !name.startsWith("node:"));

describe("Electron's process", () => {
  const sources = readSources(root);

  it.each(DOORS)("imports nothing but electron and Node's own modules: %s", (door) => {
    const found = packagesBehind(door, sources);
    expect(found.has("electron")).toBe(true);
    expect(foreign(found)).toEqual([]);
  });

  it.each(["sharp", "onnxruntime-node", "better-sqlite3"])("is seen to reach %s by any chain", (name) => {
    const [main, ...others] = sources.filter(({ file }) => file === "src-main/shell/desktop.ts").concat(sources);
    const planted = [
      ...others.filter(({ file }) => file !== main?.file),
      { file: main?.file ?? "", text: `${main?.text}\nimport { deep } from "../planted/a.ts";` },
      { file: "src-main/planted/a.ts", text: 'export * from "./b.ts";' },
      { file: "src-main/planted/b.ts", text: `const deep = await import("${name}");` },
    ];
    expect(foreign(packagesBehind("src-main/main.ts", planted))).toEqual([
      [name, ["src-main/main.ts", "src-main/shell/desktop.ts", "src-main/planted/a.ts", "src-main/planted/b.ts"]],
    ]);
  });

  it("runs one built file each, which requires nothing else", () => {
    using built = buildShell();
    const imports = (file: string) => importsOf(readFileSync(path.join(built.folder, file), "utf8"));
    const main = imports("main/main.js");
    expect(main).toContain("electron");
    expect(main.filter((name) => name !== "electron" && !name.startsWith("node:"))).toEqual([]);
    const preload = readFileSync(path.join(built.folder, "preload", "preload.cjs"), "utf8");
    expect([...preload.matchAll(/\brequire\(([^)]*)\)/g)].map((match) => match[1])).toEqual(['"electron"']);
  });
});
