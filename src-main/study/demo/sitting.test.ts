import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DATASET_IDS } from "../../contract/datasets.ts";
import { readNpy } from "../../vision/pictures/npy.ts";
import { readPicture } from "../../vision/pictures/read.ts";
import { EMOTIONS } from "./codings.ts";
import { blinking } from "./motion.ts";
import { placeClips, truthPath } from "./places.ts";
import { composePlan, planDemo, type DemoPlan, type PlannedClip } from "./plan.ts";
import { Sitting, TRUTH_SIZE } from "./sitting.ts";

const PLAN = planDemo({ size: "quick", seed: 1 });
const root = mkdtempSync(join(tmpdir(), "apexlab-demo-"));
afterAll(() => rmSync(root, { recursive: true }));

const sitterOf = (plan: DemoPlan, clip: PlannedClip) =>
  new Sitting({ plan, dataset: clip.dataset, person: clip.person });

/** Digests of all files below a folder, by path. */
function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

describe("a sitting", () => {
  it("writes the same bytes twice: frames in the release's layout and the truth beside them", async () => {
    const placed = placeClips(PLAN).filter(({ clip }) => clip.dataset === "casme")[3];
    for (const name of ["a", "b"]) await sitterOf(PLAN, placed.clip).writeClip(placed, join(root, name));
    const first = digests(join(root, "a"));
    expect(digests(join(root, "b"))).toEqual(first);
    const frames = Array.from(
      { length: placed.clip.frames },
      (_, n) => `/${placed.folder}/${placed.file(placed.clip.first + n)}`,
    );
    expect(Object.keys(first).sort()).toEqual(
      [...frames, `/${truthPath(placed)}.flow.npy`, `/${truthPath(placed)}.json`].sort(),
    );
    const { shape } = await readNpy(join(root, "a", `${truthPath(placed)}.flow.npy`));
    expect(shape).toEqual([2, TRUTH_SIZE, TRUTH_SIZE]);
  });

  it("writes SAMM in grey, its subject's number before each frame's", async () => {
    const all = placeClips(PLAN).filter(({ clip }) => clip.dataset === "samm");
    const placed = { ...all[0], clip: { ...all[0].clip, frames: 1 } };
    await sitterOf(PLAN, placed.clip).writeClip(placed, join(root, "grey"));
    const [name] = readdirSync(join(root, "grey", placed.folder));
    expect(name).toMatch(/^0\d\d_\d{4,5}\.jpg$/);
    const picture = await readPicture(join(root, "grey", placed.folder, name));
    for (let i = 0; i < picture.rgb.length; i += 300) expect(picture.rgb[i]).toBe(picture.rgb[i + 1]);
  });

  it("draws the same onset frame whatever emotion follows, and another apex frame", () => {
    const others = composePlan(PLAN, (dataset) =>
      PLAN.clips
        .filter((clip) => clip.dataset === dataset)
        .map(({ emotion }) =>
          emotion === "surprise" ? "disgust" : emotion === "happiness" ? "surprise" : "happiness",
        ),
    );
    const index = PLAN.clips.findIndex((clip) => clip.dataset === "casme" && clip.emotion === "disgust");
    const [clip, other] = [PLAN.clips[index], others.clips[index]];
    const sitting = sitterOf(PLAN, clip);
    const frames = [0, clip.onset, clip.apex, clip.frames - 1];
    const drawn = frames.map((frame) => sitting.frame(clip, frame).rgb);
    const again = frames.map((frame) => sitting.frame(other, frame).rgb);
    expect(again[0]).toEqual(drawn[0]);
    expect(again[1]).toEqual(drawn[1]);
    expect(again[2]).not.toEqual(drawn[2]);
    expect(again[3]).toEqual(drawn[3]);
  });

  it.each(DATASET_IDS)("moves the face by 0.5 to 3 px at 224 in %s, for every kind of emotion", (dataset) => {
    const clips = PLAN.clips.filter((clip) => clip.dataset === dataset);
    const sitting = sitterOf(PLAN, clips[0]);
    for (const emotion of EMOTIONS) {
      // Anyone's clip will do: the person decides the looks, the clip the motion.
      const clip = clips.find((one) => one.emotion === emotion);
      if (clip === undefined) continue;
      const truth = sitting.truth(clip);
      expect(truth.facialPeak).toBeGreaterThan(0.5);
      expect(truth.facialPeak).toBeLessThan(3);
      const open = blinking(clip, clip.onset) === 0 && blinking(clip, clip.apex) === 0;
      if (!open) continue;
      expect(truth.peak).toBeGreaterThan(0.5);
      expect(truth.peak).toBeLessThan(3.4);
    }
  });
});
