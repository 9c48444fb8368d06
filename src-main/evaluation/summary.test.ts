import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Confusion } from "../contract/documents.ts";
import { scoresOf } from "./metrics.ts";
import { summarise } from "./summary.ts";

const rights = (right: number, wrong: number): Confusion => [
  [right, wrong, 0],
  [0, right, wrong],
  [wrong, 0, right],
];
const confusion = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), {
  minLength: 3,
  maxLength: 3,
});

describe("the summary of a run", () => {
  it("agrees with an example worked by hand: means over datasets, then over seeds", () => {
    const { mean, spread } = summarise([
      { test: "SMIC", seed: 0, confusion: rights(8, 2) }, // .8
      { test: "SAMM", seed: 0, confusion: rights(1, 1) }, // .5: datasets weigh the same whatever their size
      { test: "SMIC", seed: 1, confusion: rights(6, 4) }, // .6
      { test: "SAMM", seed: 1, confusion: rights(1, 3) }, // .25
    ]);
    expect(mean.accuracy).toBeCloseTo((0.65 + 0.425) / 2, 12);
    expect(mean.uar).toBeCloseTo((0.65 + 0.425) / 2, 12);
    // Sample standard deviation of .65 and .425.
    expect(spread.uar).toBeCloseTo((0.65 - 0.425) / Math.SQRT2, 12);
  });

  it("has no spread with one seed, and the mean of equal seeds is that seed's", () => {
    fc.assert(
      fc.property(
        fc.array(confusion, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (folds, seeds) => {
          const one = summarise(folds.map((c, i) => ({ test: `d${i}`, seed: 0, confusion: c })));
          expect(one.spread).toEqual({ accuracy: 0, uar: 0, uf1: 0 });
          const many = summarise(
            Array.from({ length: seeds }, (_, seed) =>
              folds.map((c, i) => ({ test: `d${i}`, seed, confusion: c })),
            ).flat(),
          );
          expect(many.mean.uf1).toBeCloseTo(one.mean.uf1, 12);
          expect(many.spread.uf1).toBeCloseTo(0, 12);
        },
      ),
    );
  });

  it("takes each fold's figures from its own confusion", () => {
    fc.assert(
      fc.property(confusion, confusion, (a, b) => {
        const { mean } = summarise([
          { test: "a", seed: 3, confusion: a },
          { test: "b", seed: 3, confusion: b },
        ]);
        expect(mean.uf1).toBeCloseTo((scoresOf(a).uf1 + scoresOf(b).uf1) / 2, 12);
      }),
    );
  });

  it("refuses no fold, and a held-out dataset that comes twice", () => {
    expect(() => summarise([])).toThrow("no scored");
    const fold = { test: "SMIC", seed: 0, confusion: rights(1, 1) };
    expect(() => summarise([fold, fold])).toThrow("twice");
  });
});
