import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confusionOf, scoresOf } from "./metrics.ts";
import { majorityClass, majorityConfusion } from "./majority.ts";

const answers = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 60 });
const scored = (pairs: readonly [number, number][]) =>
  scoresOf(
    confusionOf(
      pairs.map(([label]) => label),
      pairs.map(([, predicted]) => predicted),
    ),
  );

describe("scores of a confusion matrix", () => {
  it("agrees with an example worked by hand", () => {
    // positive: 3 of 4 right; negative: 4 of 6; surprise: 1 of 2. Predicted: 5, 5, 2.
    const scores = scoresOf([
      [3, 1, 0],
      [1, 4, 1],
      [1, 0, 1],
    ]);
    expect(scores.n).toBe(12);
    expect(scores.accuracy).toBeCloseTo(8 / 12, 12);
    expect(scores.uar).toBeCloseTo((3 / 4 + 4 / 6 + 1 / 2) / 3, 12);
    expect(scores.uf1).toBeCloseTo((6 / 9 + 8 / 11 + 2 / 4) / 3, 12);
    expect(scores.absent).toEqual([]);
  });

  it("leaves a class without a true sample out of both means and names it", () => {
    const scores = scoresOf([
      [2, 0, 2],
      [0, 4, 0],
      [0, 0, 0],
    ]);
    expect(scores.absent).toEqual(["surprise"]);
    expect(scores.uar).toBeCloseTo((2 / 4 + 1) / 2, 12);
    expect(scores.uf1).toBeCloseTo((4 / 6 + 1) / 2, 12);
  });

  it("counts true classes in rows and predictions in columns", () => {
    expect(confusionOf([0, 1, 2, 2], [1, 1, 2, 0])).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 1],
    ]);
  });

  it("refuses lengths that differ, indices that are no class, and an empty test set", () => {
    expect(() => confusionOf([0, 1], [0])).toThrow("2 labels");
    expect(() => confusionOf([0], [3])).toThrow("Class index");
    expect(() => scoresOf(confusionOf([], []))).toThrow("no test sample");
  });

  it("stays within 0 and 1, and is 1 exactly when every answer is right", () => {
    fc.assert(
      fc.property(answers, (pairs) => {
        const { accuracy, uar, uf1 } = scored(pairs);
        for (const value of [accuracy, uar, uf1]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        const right = pairs.every(([label, predicted]) => label === predicted);
        expect(uar > 1 - 1e-9).toBe(right);
        expect(uf1 > 1 - 1e-9).toBe(right);
        expect(accuracy === 1).toBe(right);
      }),
    );
  });

  it("does not depend on the order of samples, nor on the names of classes", () => {
    fc.assert(
      fc.property(answers, fc.constantFrom([0, 1, 2], [1, 2, 0], [2, 1, 0]), (pairs, renamed) => {
        const scores = scored(pairs);
        expect(scored([...pairs].reverse())).toEqual(scores);
        const other = scored(pairs.map(([label, predicted]) => [renamed[label], renamed[predicted]]));
        expect(other.accuracy).toBeCloseTo(scores.accuracy, 12);
        expect(other.uar).toBeCloseTo(scores.uar, 12);
        expect(other.uf1).toBeCloseTo(scores.uf1, 12);
      }),
    );
  });
});

const counts = (min: number) =>
  fc.record({
    positive: fc.integer({ min, max: 40 }),
    negative: fc.integer({ min, max: 40 }),
    surprise: fc.integer({ min, max: 40 }),
  });

describe("the majority class", () => {
  it("is the training composite's largest, of equals the first in class order", () => {
    expect(majorityClass({ positive: 3, negative: 9, surprise: 2 })).toBe(1);
    expect(majorityClass({ positive: 3, negative: 4, surprise: 4 })).toBe(1);
    expect(majorityClass({ positive: 4, negative: 4, surprise: 4 })).toBe(0);
  });

  it("has UAR 1/3 wherever all three classes are tested, whatever the training composite", () => {
    fc.assert(
      fc.property(counts(0), counts(1), (train, test) => {
        expect(scoresOf(majorityConfusion(train, test)).uar).toBeCloseTo(1 / 3, 12);
      }),
    );
  });

  it("answers by the training composite even where the test set's largest class is another", () => {
    const confusion = majorityConfusion(
      { positive: 1, negative: 9, surprise: 2 },
      { positive: 6, negative: 1, surprise: 3 },
    );
    expect(confusion).toEqual([
      [0, 6, 0],
      [0, 1, 0],
      [0, 3, 0],
    ]);
  });

  it("gives the accuracy that the paper's Table 1 implies: 55.0 % over the five sets", () => {
    const table = [
      [51, 70, 43],
      [9, 53, 21],
      [32, 72, 25],
      [26, 80, 15],
      [36, 109, 89],
    ].map(([positive, negative, surprise]) => ({ positive, negative, surprise }));
    const accuracies = table.map((test, i) => {
      const train = { positive: 0, negative: 0, surprise: 0 };
      for (const other of table.filter((_, k) => k !== i)) {
        train.positive += other.positive;
        train.negative += other.negative;
        train.surprise += other.surprise;
      }
      return scoresOf(majorityConfusion(train, test)).accuracy;
    });
    expect((100 * accuracies.reduce((a, b) => a + b, 0)) / 5).toBeCloseTo(55.0, 1);
  });
});
