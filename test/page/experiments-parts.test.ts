/** The Experiments page's own arithmetic: copied tables, the launch sentence's address, curves, comparison. */
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochRecord, LiveEvent } from "../../src-main/contract/api/runs.ts";
import type { FoldDocument, RunDocument } from "../../src-main/contract/documents.ts";
import { publishedFor } from "../../src-main/contract/published.ts";
import { INPUTS, type RunConfig, runConfig, SELECTIONS } from "../../src-main/contract/run.ts";
import { summariseScores } from "../../src-main/evaluation/summary.ts";
import { SELECTION_RULES } from "../../src-main/evaluation/selection.ts";
import { bestOf, foldFigure, meanFigure } from "../../src-renderer/pages/experiments/compare/best.ts";
import { csv, csvCell, runCsv } from "../../src-renderer/pages/experiments/export/csv.ts";
import { latexText, runLatex } from "../../src-renderer/pages/experiments/export/latex.ts";
import { draftFromSearch, draftToSearch, sameConfig } from "../../src-renderer/pages/experiments/launch/draft.ts";
import { curvesOf } from "../../src-renderer/pages/experiments/run/curves/series.ts";
import { NOTHING_YET, withEvents } from "../../src-renderer/pages/experiments/run/curves/told.ts";
import { heldOutDatasets, recalls, shownFolds, together } from "../../src-renderer/pages/experiments/run/folds.ts";
import { looksAtTest, runDetails, SETTING_NAMES, settingValue } from "../../src-renderer/pages/experiments/words.ts";

const BASE = runConfig.parse({});

const fold = (test: string, seed: number, over: Partial<FoldDocument> = {}): FoldDocument => ({
  test,
  seed,
  n: 10,
  accuracy: 0.5,
  uar: 0.4,
  uf1: 0.45,
  confusion: [
    [1, 2, 0],
    [1, 3, 1],
    [0, 1, 1],
  ],
  absent: [],
  ...over,
});

const run = (over: Partial<RunDocument> = {}): RunDocument => ({
  run: "abc",
  state: "finished",
  protocol: "lodo",
  selection: "last-epoch",
  config: BASE,
  folds: [fold("SMIC", 1), fold("SAMM", 1)],
  mean: { accuracy: 0.5, uar: 0.4, uf1: 0.45 },
  spread: { accuracy: 0, uar: 0, uf1: 0 },
  majority: { accuracy: 0.6, uar: 1 / 3, uf1: 0.25 },
  seconds: 9,
  remarks: [],
  ...over,
});

const rows = (text: string): Record<string, string>[] => parse(text, { columns: true });

const record = (epoch: number, phase = "final"): EpochRecord => ({
  phase,
  epoch,
  crossEntropy: 1 / epoch,
  accuracy: 0.5,
  regularizer: 0.2,
  attention: { samm: 0.5, smic: 0.7 },
  validation: null,
});

const PAPER = publishedFor({ backbone: "cnn", input: "flow", lambda: 0.5 }) ?? [];

describe("a table copied as CSV", () => {
  it("has a line a fold, the mean, the majority answer and the paper, as fractions", () => {
    const table = rows(runCsv(run(), PAPER));
    expect(table.map(({ row, test }) => [row, test])).toEqual([
      ["held-out dataset", "SMIC"],
      ["held-out dataset", "SAMM"],
      ["mean", "mean of held-out datasets"],
      ["majority class", "mean of held-out datasets"],
      ...PAPER.map(({ method, source, test }) => [`${method} (${source})`, test]),
    ]);
    expect(table[0]).toMatchObject({ seed: "1", n: "10", uf1: "0.45", negative_as_surprise: "1", uf1_sd: "" });
    expect(table[4]).toMatchObject({ uf1: "0.5307", accuracy: "0.635", positive_as_positive: "" });
  });

  it("tells the spread only where there are several seeds", () => {
    const folds = [fold("SMIC", 1), fold("SMIC", 2)];
    const mean = rows(runCsv(run({ folds, spread: { accuracy: 0.01, uar: 0.02, uf1: 0.03 } }), [])).at(-2);
    expect(mean).toMatchObject({ row: "mean", uf1_sd: "0.03" });
  });

  it("keeps numbers numbers: every figure reads back to the bit, negative ones without an apostrophe", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const [[cell]] = parse(csv([[value]])) as [[string]];
        expect(Number(cell)).toBe(value === 0 ? 0 : value);
      }),
      { seed: 11 },
    );
    expect(csvCell(-0.5)).toBe("-0.5");
  });

  it("defuses whatever a spreadsheet would compute, and loses no character", () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom("=", "+", "-", "@", "\t=", "\r", " =", "＝"), fc.string())
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        const [back] = parse(csv([cells])) as [string[]];
        for (const [at, cell] of back.entries()) {
          expect(cell).not.toMatch(/^[\s\ufeff]*[=+\-@＝＋－＠]/u);
          expect([cells[at], `'${cells[at]}`]).toContain(cell);
        }
      }),
      { seed: 12 },
    );
    expect(csvCell('=HYPERLINK("http://x";"y")')).toBe(`"'=HYPERLINK(""http://x"";""y"")"`);
    expect(rows(runCsv(run({ folds: [fold("=cmd|'/c calc'!A0", 1)] }), []))[0]?.test).toBe("'=cmd|'/c calc'!A0");
  });
});

describe("a table copied as LaTeX", () => {
  const words = { title: "CNN on optical flow", selection: SELECTION_RULES["last-epoch"].words };

  it("is a booktabs table in percent with the mean, the majority answer and the paper's unknown cells as dashes", () => {
    const text = runLatex(run(), PAPER, words);
    expect(text).toContain(String.raw`SMIC & 10 & 45.0 & 40.0 & 50.0 \\`);
    expect(text).toContain(String.raw`Majority class always &  & 25.0 & 33.3 & 60.0 \\`);
    expect(text).toMatch(/SMIC: the best of the paper's own methods \(Table 9\) & +& -- & 46\.6 & 51\.2/);
    for (const rule of ["toprule", "midrule", "bottomrule"]) expect(text).toContain(`\\${rule}`);
    expect(text).toContain("last epoch (the weights at the end of training; nothing is chosen)");
  });

  it("has as many columns in every row, and ± only with several seeds", () => {
    const folds = [fold("SMIC", 1), fold("SMIC", 2)];
    const text = runLatex(run({ folds, spread: { accuracy: 0.01, uar: 0.02, uf1: 0.03 } }), PAPER, words);
    const body = text.split("\n").filter((line) => line.endsWith(String.raw`\\`));
    expect(body.length).toBe(5 + PAPER.length);
    for (const line of body) expect(line.split(/(?<!\\)&/)).toHaveLength(5);
    expect(text).toContain(String.raw`Mean &  & $45.0 \pm 3.0$`);
    expect(runLatex(run(), [], words)).not.toContain(String.raw`\pm`);
  });

  it("escapes what LaTeX would read as a command", () => {
    expect(latexText(String.raw`50 % of A_1 & B\x {λ} #~^$`)).toBe(
      String.raw`50 \% of A\_1 \& B\textbackslash{}x \{$\lambda$\} \#\textasciitilde{}\textasciicircum{}\$`,
    );
  });
});

describe("the sentence's address", () => {
  const config = fc
    .record({
      input: fc.constantFrom(...INPUTS),
      size: fc.integer({ min: 4, max: 256 }).map((quarter) => quarter * 4),
      epochs: fc.integer({ min: 1, max: 100_000 }),
      lambda: fc.double({ min: 0, max: 0.99, noNaN: true }),
      brlFrom: fc.option(fc.integer({ min: 0, max: 500 })),
      lr: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      selection: fc.constantFrom(...SELECTIONS),
      datasets: fc.option(fc.uniqueArray(fc.constantFrom("smic", "casme2", "Lab A", "2024"), { minLength: 1 })),
      shuffleLabels: fc.boolean(),
      threads: fc.integer({ min: 1, max: 256 }),
    })
    .map((over): RunConfig => runConfig.parse(over));

  it("brings back every experiment, and says nothing of what is as usual", () => {
    fc.assert(
      fc.property(config, config, (draft, base) => {
        const search = new URLSearchParams(draftToSearch(draft, base));
        const back = draftFromSearch(new URLSearchParams(search.toString()), base);
        expect(sameConfig(back, draft)).toBe(true);
        expect(back).toEqual(draft);
      }),
      { seed: 13 },
    );
    expect(draftToSearch(BASE, BASE)).toEqual({});
  });

  it("leaves what it does not understand as usual", () => {
    const search = new URLSearchParams("input=x-ray&size=33&epochs=-1&lambda=1&seeds=3&nonsense=1");
    expect(draftFromSearch(search, BASE)).toEqual({ ...BASE, seeds: 3 });
  });
});

describe("live events", () => {
  const epochs: LiveEvent[] = [1, 2, 3].flatMap((epoch) => [
    { kind: "epoch" as const, fold: 0, record: record(epoch) },
    { kind: "epoch" as const, fold: 1, record: record(epoch, "without SAMM") },
  ]);

  it("told again, in pieces or out of order come to the same", () => {
    const once = withEvents(NOTHING_YET, epochs);
    expect(once.folds.get(0)?.phases).toEqual([{ name: "final", records: [1, 2, 3].map((epoch) => record(epoch)) }]);
    fc.assert(
      fc.property(fc.shuffledSubarray(epochs), (again) => {
        expect(withEvents(once, again)).toEqual(once);
        expect(withEvents(withEvents(NOTHING_YET, again), epochs).folds.get(0)).toEqual(once.folds.get(0));
      }),
      { seed: 14 },
    );
  });

  it("show a held-out dataset's score only when its fold has ended", () => {
    const folds = [
      { index: 0, heldOut: "smic", name: "SMIC", seed: 1, state: "running" as const, trainSamples: 5, testSamples: 3 },
    ];
    const detail = { folds, document: run({ folds: [] }) };
    expect(shownFolds(detail, withEvents(NOTHING_YET, epochs))[0]?.score).toBeNull();
    // The page heard of its folds before they began: the one that tells of epochs is at work.
    const [first] = folds;
    const two = [0, 1].map((index) => ({ ...first, index, state: "queued" as const }));
    const begun = epochs.filter((event) => event.kind === "epoch" && event.fold === 0);
    const working = withEvents(NOTHING_YET, [...begun, { kind: "state", state: "running" }]);
    expect(shownFolds({ ...detail, folds: two }, working).map(({ state }) => state)).toEqual(["running", "queued"]);
    const ended = withEvents(NOTHING_YET, [...epochs, { kind: "score", fold: 0, document: fold("SMIC", 1) }]);
    expect(shownFolds(detail, ended)[0]?.score?.uf1).toBe(0.45);
  });

  it("become curves: the minimised loss holds BRL from the epoch on in which it joined", () => {
    const curves = curvesOf(
      [1, 2, 3].map((epoch) => record(epoch)),
      { lambda: 0.5, brlFrom: 2, epochs: 3 },
    );
    expect(curves.whole).toEqual([1, 0.5, 0.5 / 3 + 0.1]);
    expect(curves.attention.map(({ dataset }) => dataset)).toEqual(["smic", "samm"]);
    expect(curves.validation).toBeNull();
    expect(curvesOf([record(3)], { lambda: 0, brlFrom: 0, epochs: 3 }).whole).toEqual([1 / 3]);
  });
});

describe("held-out datasets", () => {
  const shown = [
    { ...fold("SMIC", 1), uf1: 0.4 },
    { ...fold("SMIC", 2), uf1: 0.6 },
  ].map((score, index) => ({
    index,
    heldOut: "smic",
    name: "SMIC",
    seed: score.seed,
    state: "finished" as const,
    trainSamples: 5,
    testSamples: 10,
    score,
  }));

  it("have the mean and spread over the seeds that the terminal's table has", () => {
    const [smic] = heldOutDatasets(shown);
    const { mean, spread } = summariseScores(shown.map(({ score }) => score));
    expect(smic?.mean).toEqual(mean);
    expect(smic?.spread).toEqual(spread);
    expect(heldOutDatasets(shown.slice(1))[0]?.spread).toBeNull();
  });

  it("sum their confusions; a class without a sample has no recall", () => {
    expect(together(shown)?.[1]).toEqual([2, 6, 2]);
    expect(
      recalls([
        [1, 3, 0],
        [0, 0, 0],
        [0, 0, 2],
      ]),
    ).toEqual([0.25, null, 1]);
  });
});

describe("a comparison", () => {
  const [honest, leaking] = [run(), run({ config: { ...BASE, selection: "best-on-test" } })];

  it("marks the best as it is read, and nothing where nothing is better", () => {
    expect(bestOf([0.5, 0.5004, 0.4], [honest, honest, honest])).toEqual([true, true, false]);
    expect(bestOf([0.5, 0.5], [honest, honest])).toEqual([false, false]);
    expect(bestOf([0.5, null], [honest, honest])).toEqual([false, false]);
  });

  it("never lets an epoch chosen on the test set win beside one that was not", () => {
    expect(bestOf([0.9, 0.4, 0.5], [leaking, honest, honest])).toEqual([false, false, true]);
    expect(bestOf([0.9, 0.4], [leaking, leaking])).toEqual([true, false]);
  });

  it("takes no mean of a run that has not tested every dataset", () => {
    expect(meanFigure(run({ state: "cancelled" }), "uf1")).toBeNull();
    expect(foldFigure(run({ state: "cancelled" }), { test: "SMIC", metric: "uf1" })).toBe(0.45);
    expect(foldFigure(honest, { test: "MMEW", metric: "uf1" })).toBeNull();
  });
});

describe("words", () => {
  it("name every setting, and mark what no one may report", () => {
    for (const field of runConfig.keyof().options) {
      expect(SETTING_NAMES[field]).not.toBe("");
      expect(settingValue(BASE, field)).not.toBe("");
    }
    for (const selection of SELECTIONS)
      expect(looksAtTest({ selection })).toBe(!SELECTION_RULES[selection].validForReporting);
    expect(runDetails({ ...BASE, shuffleLabels: true }).replaceAll("\u00a0", " ")).toBe(
      "224 px · 100 epochs · BRL λ 0.5 after epoch 50 · 1 seed · shuffled labels",
    );
  });

  it("stand beside the paper's figures as it prints them", () => {
    const [mean] = publishedFor({ backbone: "cnn", input: "apex", lambda: 0 }) ?? [];
    expect(mean).toMatchObject({ accuracy: 0.5228 });
    expect(publishedFor({ backbone: "cnn", input: "onset", lambda: 0 })).toBeNull();
  });
});
