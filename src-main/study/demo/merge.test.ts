import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { DATASET_IDS, type DatasetId } from "../../contract/datasets.ts";
import type { ImportDocument } from "../../contract/documents.ts";
import { readImport } from "../import.ts";
import { JPEG } from "../testing/folders.ts";
import { isMerged, mergeDemo } from "./merge.ts";
import { placeClips } from "./places.ts";
import { planDemo } from "./plan.ts";
import { STUDIOS } from "./studios.ts";
import { writeTables } from "./tables/write.ts";

const PLAN = planDemo({ size: "quick", seed: 1 });
const root = mkdtempSync(join(tmpdir(), "apexlab-merge-"));
const target = join(root, "demo-releases");
afterAll(() => rmSync(root, { recursive: true }));

/** As the step leaves them, a tiny picture standing for each frame. */
function fragments(): string[] {
  const placed = placeClips(PLAN);
  return PLAN.people.map(({ dataset, person }, n) => {
    const folder = join(root, `part-${n}`);
    for (const one of placed) {
      if (one.clip.dataset !== dataset || one.clip.person !== person) continue;
      for (let frame = 0; frame < one.clip.frames; frame++) {
        const path = join(folder, one.folder, one.file(one.clip.first + frame));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JPEG);
      }
    }
    return folder;
  });
}

async function imported(dataset: DatasetId): Promise<Omit<ImportDocument, "changes">> {
  const [plan] = await readImport({ path: join(target, STUDIOS[dataset].release), as: dataset });
  return plan.document;
}

describe("merging a demo study", () => {
  beforeEach(() => rmSync(target, { recursive: true, force: true }));

  it("makes releases that the ordinary importers read as they were planned", async () => {
    await mergeDemo({ plan: PLAN, fragments: fragments(), target });
    for (const dataset of DATASET_IDS) {
      const clips = PLAN.clips.filter((clip) => clip.dataset === dataset);
      const document = await imported(dataset);
      expect(document.rows).toBe(clips.length);
      expect(document.samples + document.outsidePreset).toBe(clips.length);
      expect(document.framesFound).toBe(clips.reduce((sum, clip) => sum + clip.frames, 0));
      expect(document.skipped).toEqual([]);
      // The two impossible rows of SAMM, and nothing else.
      expect(document.doubtful.length).toBe(dataset === "samm" ? 2 : 0);
    }
  });

  it("leaves no part behind, and does nothing the second time", async () => {
    const parts = fragments();
    await mergeDemo({ plan: PLAN, fragments: parts, target });
    expect(parts.some((part) => existsSync(part))).toBe(false);
    expect(await isMerged(target, PLAN)).toBe(true);
    const before = statSync(join(target, "demo.json")).mtimeMs;
    await mergeDemo({ plan: PLAN, fragments: [], target });
    expect(statSync(join(target, "demo.json")).mtimeMs).toBe(before);
  });

  it("replaces a demo study of another plan, and one that was broken off", async () => {
    const other = planDemo({ size: "quick", seed: 2 });
    await mergeDemo({ plan: PLAN, fragments: fragments(), target });
    expect(await isMerged(target, other)).toBe(false);
    mkdirSync(`${target}.building/leftover`, { recursive: true });
    await mergeDemo({ plan: other, fragments: [], target });
    expect(await isMerged(target, other)).toBe(true);
    expect(existsSync(join(target, "leftover"))).toBe(false);
    expect(readdirSync(root)).not.toContain("demo-releases.building");
  });

  it("leaves neither a target nor a half-emptied part when it is broken off", async () => {
    const [first, ...others] = fragments();
    const broken = mergeDemo({ plan: PLAN, fragments: [first, join(root, "nowhere")], target });
    await expect(broken).rejects.toMatchObject({ code: "file-missing" });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(first)).toBe(false);
    expect(others.every((part) => existsSync(part))).toBe(true);
    for (const part of others) rmSync(part, { recursive: true });
  });

  it("writes the same tables twice", async () => {
    for (const name of ["x", "y"]) await writeTables(PLAN, join(root, name));
    for (const file of readdirSync(join(root, "x"), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      expect(readFileSync(path.replace(join(root, "x"), join(root, "y")))).toEqual(readFileSync(path));
    }
  });
});
