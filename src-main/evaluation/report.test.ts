import { describe, expect, it } from "vitest";
import type { Confusion, RunDocument } from "../contract/documents.ts";
import { type RunConfig, runConfig } from "../contract/run.ts";
import { scoresOf } from "./metrics.ts";
import { runReport } from "./report.ts";
import { summarise } from "./summary.ts";

function documentOf(
  config: Partial<RunConfig>,
  folds: readonly { test: string; seed: number; confusion: Confusion }[],
): RunDocument {
  const whole = runConfig.parse({ flow: "tvl1", size: 64, epochs: 25, ...config });
  return {
    run: "r1",
    state: "finished",
    protocol: "lodo",
    selection: whole.selection,
    config: whole,
    folds: folds.map((fold) => {
      const { absent, ...scores } = scoresOf(fold.confusion);
      return { ...fold, ...scores, absent: [...absent] };
    }),
    ...summarise(folds),
    majority: { accuracy: 0.55, uar: 1 / 3, uf1: 0.2341 },
    seconds: 83.4,
    remarks: [],
  };
}

const smic = (seed: number, off: number) => ({
  test: "SMIC",
  seed,
  confusion: [
    [8, 2, off],
    [3, 9, 1],
    [0, 2, 6],
  ],
});
const casme2 = (seed: number) => ({
  test: "CASME II",
  seed,
  confusion: [
    [5, 1, 0],
    [2, 10, 0],
    [0, 0, 0],
  ],
});

describe("the report of a run", () => {
  it("reads as this", () => {
    const report = runReport(documentOf({ seeds: 2 }, [smic(0, 0), casme2(0), smic(1, 2), casme2(1)]));
    expect(report).toMatchInlineSnapshot(`
      "Leave one dataset out: Optical flow (TV-L1; u, v, strain)
      CNN at 64×64 · 25 epochs · batch 32 · BRL λ 0.5 after epoch 12 · 2 seeds · 83 s

        Held-out dataset         n    UF1          UAR          Acc
        ─────────────────────────────────────────────────────────────────
        SMIC                    31   72.5 ± 3.8   72.5 ± 3.1   71.9 ± 3.2
        CASME II¹               18   81.9 ± 0.0   83.3 ± 0.0   83.3 ± 0.0
        ─────────────────────────────────────────────────────────────────
        Mean                         77.2 ± 1.9   77.9 ± 1.6   77.6 ± 1.6
        Majority class always        23.4         33.3         55.0

        Percent. UF1 and UAR are means over the classes, so that each class counts
        alike.
        Chosen weights: last epoch (the weights at the end of training; nothing is
        chosen).
        ± is the standard deviation over seeds; a dataset's row is its mean over them.
        ¹ No surprise sample in this dataset: UAR and UF1 are means over the classes
          that it has.
      "
    `);
  });

  it("keeps figures under each other and lines within a terminal's width", () => {
    const lines = runReport(documentOf({ seeds: 2 }, [smic(0, 0), casme2(0), smic(1, 2), casme2(1)])).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const rows = lines.filter((line) => / ± \d/.test(line));
    expect(rows.length).toBe(3);
    expect(new Set(rows.map((row) => row.indexOf("±"))).size).toBe(1);
  });

  it("says which figures are not valid for reporting", () => {
    const folds = [smic(0, 0), casme2(0)];
    expect(runReport(documentOf({}, folds))).not.toContain("ot valid for reporting");
    expect(runReport(documentOf({ selection: "best-on-test" }, folds))).toMatch(
      /Mean²[\s\S]*² Not valid for reporting/,
    );
    const beside = [documentOf({ input: "apex", flow: null, selection: "best-on-test" }, folds)];
    expect(runReport(documentOf({}, folds), { beside })).toMatch(/Mean with apex frame²/);
  });

  it("marks sanity checks, unfinished runs and absent classes, and passes remarks on", () => {
    const folds = [smic(0, 0), casme2(0)];
    expect(runReport(documentOf({ input: "onset", flow: null }, folds))).toContain("Sanity check: onset");
    expect(runReport(documentOf({ shuffleLabels: true }, folds))).toContain("labels are shuffled");
    expect(runReport(documentOf({}, folds))).toMatch(/CASME II¹[\s\S]*¹ No surprise sample/);
    expect(runReport({ ...documentOf({}, folds), state: "interrupted" })).toContain("This run is interrupted");
    expect(runReport({ ...documentOf({}, folds), remarks: ["3 samples need review."] })).toContain("! 3 samples need");
  });
});
