import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planDemo } from "../study/demo/plan.ts";
import { placeClips } from "../study/demo/places.ts";
import { writeTables } from "../study/demo/tables/write.ts";
import { readImport } from "../study/import.ts";
import { demoClips } from "./demo-clips.ts";

const root = mkdtempSync(join(tmpdir(), "apexlab-demo-step-"));
const folder = join(root, "result");
const PLAN = planDemo({ size: "quick", seed: 1 });
const MINE = placeClips(PLAN).filter(({ clip }) => clip.dataset === "casme");
/** CASME's person with the fewest clips: the cheapest job of the study. */
const [PERSON] = [...new Set(MINE.map(({ clip }) => clip.person))].sort(
  (a, b) => MINE.filter(({ clip }) => clip.person === a).length - MINE.filter(({ clip }) => clip.person === b).length,
);

function context(signal: AbortSignal, at: string) {
  return {
    config: demoClips.config.parse({ size: "quick", seed: 1, dataset: "casme", person: PERSON }),
    folder: at,
    inputs: [],
    input: (name: string): string => {
      throw new Error(`the step has no input ${name}`);
    },
    signal,
    progress: () => {},
  };
}

beforeAll(async () => {
  mkdirSync(folder);
  await demoClips.run(context(new AbortController().signal, folder));
});
afterAll(() => rmSync(root, { recursive: true }));

const filesOf = (at: string) =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(at, join(entry.parentPath, entry.name)))
    .sort();

describe("step demo-clips", () => {
  it("draws every clip of one person and the truth beside", () => {
    const files = filesOf(folder);
    const clips = MINE.filter(({ clip }) => clip.person === PERSON);
    for (const { folder: place, clip } of clips) {
      expect(files.filter((file) => file.startsWith(`${place}/`))).toHaveLength(clip.frames);
    }
    expect(files.filter((file) => file.startsWith("truth/"))).toHaveLength(clips.length * 2);
  });

  it("has the result that its version stands for", () => {
    const hash = createHash("sha256");
    for (const file of filesOf(folder)) hash.update(file).update(readFileSync(join(folder, file)));
    // Another digest means another result: raise the step's version (and DEMO_VERSION of the plan), then this.
    expect([demoClips.version, hash.digest("hex").slice(0, 16)]).toEqual([1, "dbf670d33f46a935"]);
  });

  it("makes a truth that no importer reads: samples are the same without it", async () => {
    await writeTables(PLAN, folder);
    const read = async () => {
      const [plan] = await readImport({ path: join(folder, "CASME"), as: "casme" });
      return plan.samples;
    };
    const before = await read();
    rmSync(join(folder, "truth"), { recursive: true });
    expect(await read()).toEqual(before);
  });

  it("ends when it is cancelled", async () => {
    const at = join(root, "cancelled");
    mkdirSync(at);
    await expect(demoClips.run(context(AbortSignal.abort(), at))).rejects.toMatchObject({ code: "cancelled" });
    expect(existsSync(join(at, "truth"))).toBe(false);
  });
});
