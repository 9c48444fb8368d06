import { describe, expect, it } from "vitest";
import { CLASSES } from "../../contract/classes.ts";
import { DATASET_IDS, KNOWN_COUNTS } from "../../contract/datasets.ts";
import { Random } from "../../engine/random.ts";
import { classOf } from "../presets.ts";
import { expression, headPose, rise } from "./motion.ts";
import { placeClips, smicClass } from "./places.ts";
import { type DemoPlan, composePlan, planDemo, planDigest } from "./plan.ts";
import { studioFps, STUDIOS } from "./studios.ts";

const QUICK = planDemo({ size: "quick", seed: 1 });
const PAPER = planDemo({ size: "paper", seed: 1 });

function perClass(plan: DemoPlan, dataset: string): Record<string, number> {
  const counts: Record<string, number> = { positive: 0, negative: 0, surprise: 0 };
  for (const clip of plan.clips) {
    if (clip.dataset !== dataset) continue;
    const emotion = clip.dataset === "smic" ? smicClass(clip.emotion) : clip.emotion;
    const classed = classOf(
      { dataset, subject: "", clip: "", emotion, label: null },
      { kind: "preset", name: "paper" },
    );
    if (classed.kind === "class") counts[classed.class]++;
  }
  return counts;
}

/** A clip as far as it was decided without its emotion. */
function around(plan: DemoPlan) {
  return plan.clips.map(({ emotion: _e, coding: _c, strengths: _s, amplitude: _a, ...rest }) => rest);
}

describe("plan of the demo study", () => {
  it.each(DATASET_IDS)("has Table 1's counts of %s at paper size, about a fifth of them at quick size", (dataset) => {
    const known = KNOWN_COUNTS.paper[dataset]?.[0];
    const paper = perClass(PAPER, dataset);
    const quick = perClass(QUICK, dataset);
    for (const one of CLASSES) {
      expect(paper[one]).toBe(known?.[one]);
      expect(Math.abs(quick[one] - paper[one] / 5)).toBeLessThanOrEqual(1.5);
    }
  });

  it("is the same for a seed, and another for another", () => {
    expect(planDigest(planDemo({ size: "quick", seed: 1 }))).toBe(planDigest(QUICK));
    expect(planDigest(planDemo({ size: "quick", seed: 2 }))).not.toBe(planDigest(QUICK));
  });

  it("decides everything but the facial motion without the emotions", () => {
    const emotions = (dataset: string) => {
      const own = QUICK.clips.filter((clip) => clip.dataset === dataset).map((clip) => clip.emotion);
      return new Random(5).split(dataset).shuffled(own);
    };
    const other = composePlan(QUICK, emotions);
    expect(other.clips.map((clip) => clip.emotion)).not.toEqual(QUICK.clips.map((clip) => clip.emotion));
    expect(around(other)).toEqual(around(QUICK));
    expect(other.people).toEqual(QUICK.people);
  });

  it("gives everyone a clip, and no clip a name that another has", () => {
    for (const plan of [QUICK, PAPER]) {
      const folders = placeClips(plan).map(({ folder }) => folder);
      expect(new Set(folders).size).toBe(folders.length);
      const sitters = new Set(plan.clips.map(({ dataset, person }) => `${dataset}/${person}`));
      expect(sitters.size).toBe(plan.people.length);
    }
  });

  it("repeats clip names across the subjects of CASME II, as the release does", () => {
    const names = placeClips(QUICK).filter(({ clip }) => clip.dataset === "casme2");
    expect(new Set(names.map(({ name }) => name)).size).toBeLessThan(names.length);
  });
});

describe("motion of a planned clip", () => {
  it("rests until the onset, peaks at the apex, rests from the offset on", () => {
    for (const clip of QUICK.clips) {
      expect(clip.onset).toBeLessThan(clip.apex);
      expect(clip.apex).toBeLessThan(clip.offset);
      expect(clip.offset).toBeLessThan(clip.frames);
      const course = Array.from({ length: clip.frames }, (_, n) => rise(clip, n));
      expect(course[clip.onset]).toBe(0);
      expect(course[clip.apex]).toBe(1);
      expect(course.slice(clip.offset).every((height) => height === 0)).toBe(true);
      for (let n = 1; n < clip.frames; n++) {
        if (n <= clip.apex) expect(course[n]).toBeGreaterThanOrEqual(course[n - 1]);
        else expect(course[n]).toBeLessThanOrEqual(course[n - 1]);
      }
    }
  });

  it("shows blinks in some clips, whatever their emotion", () => {
    const blinking = PAPER.clips.filter((clip) => clip.blink !== null);
    expect(blinking.length / PAPER.clips.length).toBeGreaterThan(0.08);
    expect(blinking.length / PAPER.clips.length).toBeLessThan(0.16);
    const [clip] = blinking;
    const middle = clip.blink?.middle ?? 0;
    expect(expression(clip, clip.strengths, middle)[45]?.[0]).toBeGreaterThan(4.9);
  });

  it("keeps the head's motion from onset to apex small", () => {
    for (const clip of QUICK.clips) {
      const fps = studioFps(STUDIOS[clip.dataset]);
      const from = headPose(clip, clip.onset / fps);
      const to = headPose(clip, clip.apex / fps);
      expect(Math.hypot(to.x - from.x, to.y - from.y)).toBeLessThan(0.85);
      expect(Math.abs(to.yaw - from.yaw)).toBeLessThan(0.35);
    }
  });
});
