import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SELECTIONS } from "../contract/run.ts";
import { bestEpoch, bestMeanEpoch, firstCandidate, SELECTION_RULES } from "./selection.ts";

const uars = (...values: number[]) => values.map((uar) => ({ uar }));

describe("selection rules", () => {
  it("take the best epoch, of equals the earliest, from the first candidate on", () => {
    expect(bestEpoch(uars(0.2, 0.5, 0.4, 0.5), { from: 0 })).toBe(1);
    expect(bestEpoch(uars(0.9, 0.5, 0.4, 0.6), { from: 1 })).toBe(3);
    expect(() => bestEpoch([], { from: 0 })).toThrow("No epoch");
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1 }), (values) => {
        const best = bestEpoch(uars(...values), { from: 0 });
        expect(values[best]).toBe(Math.max(...values));
        expect(values.indexOf(values[best])).toBe(best);
      }),
    );
  });

  it("average over domains without weights", () => {
    expect(bestMeanEpoch([uars(0.9, 0.5, 0.1), uars(0.1, 0.6, 0.8)], { from: 0 })).toBe(1);
    expect(bestMeanEpoch([uars(0.9, 0.5, 0.1), uars(0.1, 0.4, 0.8)], { from: 0 })).toBe(0);
  });

  it("let only epochs with BRL compete when BRL joins", () => {
    expect(firstCandidate({ epochs: 10, lambda: 0.5, brlFrom: 5 })).toBe(5);
    expect(firstCandidate({ epochs: 10, lambda: 0, brlFrom: 5 })).toBe(0);
    expect(firstCandidate({ epochs: 10, lambda: 0.5, brlFrom: 10 })).toBe(0);
  });

  it("say in words what they do, and only best-on-test is not valid for reporting", () => {
    for (const name of SELECTIONS) {
      const rule = SELECTION_RULES[name];
      expect(rule.validForReporting).toBe(name !== "best-on-test");
      expect(rule.words.includes("not valid for reporting")).toBe(name === "best-on-test");
    }
  });
});
