import path from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, readSources, violations } from "./floors.ts";

const root = path.resolve(import.meta.dirname, "..");
const sources = readSources(root);

describe("the floors of the house", () => {
  it("hold: no import climbs, no cycle", () => {
    expect(sources.length).toBeGreaterThan(5);
    expect(violations(sources)).toEqual([]);
  });

  it.each([
    [
      "a room above",
      "src-main/engine/planted.ts",
      'import { x } from "../learning/cnn.ts";',
      /engine does not stand above learning/,
    ],
    [
      "a room beside",
      "src-main/vision/planted.ts",
      'import { x } from "../evaluation/metrics.ts";',
      /vision does not stand above evaluation/,
    ],
    [
      "a type from above",
      "src-main/contract/planted.ts",
      'import type { X } from "../engine/graph.ts";',
      /contract does not stand above engine/,
    ],
    [
      "a dynamic import",
      "src-main/engine/planted.ts",
      'const x = await import("../store/database.ts");',
      /engine does not stand above store/,
    ],
    [
      "a package in contract",
      "src-main/contract/planted.ts",
      'import sharp from "sharp";',
      /contract may only import contract, zod/,
    ],
    [
      "a database in a pure room",
      "src-main/learning/planted.ts",
      'import Database from "better-sqlite3";',
      /learning is pure/,
    ],
    [
      "the store reaching sideways",
      "src-main/store/planted.ts",
      'import { x } from "../engine/random.ts";',
      /store imports only contract/,
    ],
    [
      "the page reaching into the host",
      "src-renderer/planted.tsx",
      'import { x } from "../src-main/app.ts";',
      /the page may import values of contract only/,
    ],
    [
      "the page taking values of the calls",
      "src-renderer/planted.ts",
      'import type { A } from "../src-main/api/router.ts";\nimport { x } from "../src-main/api/router.ts";',
      /the page may import its types only/,
    ],
    ["an unknown room", "src-main/attic/planted.ts", "", /"attic" is no room/],
    [
      "a file that is its own ancestor",
      "src-main/engine/planted.ts",
      'export * from "./planted.ts";',
      /Cycle: src-main\/engine\/planted.ts/,
    ],
  ])("refuse %s", (...[, file, text, reason]) => {
    const broken = violations([...sources, { file, text }]).filter((line) => line.includes("planted"));
    expect(broken.join("\n")).toMatch(reason);
  });

  it("see every form of import, and none in comments", () => {
    const text = `
      import a from "a"; import { b } from "b";
      import "c";
      import type { D } from "d";
      export * from "e"; export { f } from "f";
      const g = import("g");
      import {
        h,
      } from "h";
      // import x from "x";
      /* import y from "y"; */`;
    expect(importsOf(text).sort()).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
  });
});
