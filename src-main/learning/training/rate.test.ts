import { describe, expect, it } from "vitest";
import { rateAt, type RateSchedule } from "./rate.ts";

const schedule = (parts: Partial<RateSchedule>): RateSchedule => ({
  lr: 0.1,
  schedule: "constant",
  warmup: 0,
  epochs: 10,
  stepsPerEpoch: 4,
  ...parts,
});
const rates = (parts: Partial<RateSchedule>) => Array.from({ length: 40 }, (_, i) => rateAt(i + 1, schedule(parts)));

describe("the learning rate", () => {
  it("stays where it is", () => {
    expect(new Set(rates({}))).toEqual(new Set([0.1]));
  });

  it("rises over the epochs of warm-up, step by step, and then stays", () => {
    const all = rates({ warmup: 2 });
    for (let i = 0; i < 8; i++) expect(all[i]).toBeCloseTo((0.1 * (i + 1)) / 8, 12);
    expect(new Set(all.slice(8))).toEqual(new Set([0.1]));
  });

  it("falls along a cosine from the end of warm-up, and the last step still learns", () => {
    const all = rates({ schedule: "cosine", warmup: 1 });
    expect(all.slice(0, 4).map((rate) => Math.round(rate * 1000))).toEqual([25, 50, 75, 100]);
    for (let i = 4; i < 40; i++) {
      expect(all[i]).toBeLessThan(all[i - 1]);
      // From step 4 to the first step that never comes, 41.
      expect(all[i]).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * (i - 3)) / 37)), 12);
    }
    expect(all[39]).toBeGreaterThan(0);
  });
});
