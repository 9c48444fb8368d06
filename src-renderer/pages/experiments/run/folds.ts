/** What the result page shows of each held-out dataset: its folds, and their mean and spread over the seeds. */
import type { RunDetail, RunFold } from "../../../../src-main/contract/api/runs.ts";
import { CLASSES } from "../../../../src-main/contract/classes.ts";
import type { Confusion, FoldDocument, Scores } from "../../../../src-main/contract/documents.ts";
import type { Live } from "./curves/told.ts";

export interface ShownFold extends RunFold {
  /** Once the held-out dataset was tested. */
  readonly score: FoldDocument | null;
}

export interface HeldOut {
  /** Dataset id, and its name as shown. */
  readonly id: string;
  readonly name: string;
  readonly n: number;
  /** A fold a seed. */
  readonly folds: readonly ShownFold[];
  /** Over the seeds that are tested; null while none is. */
  readonly mean: Scores | null;
  /** Standard deviation over the seeds (divisor n - 1); null for fewer than two. */
  readonly spread: Scores | null;
}

/**
 * The stored folds with their scores: those of the document, and those that came since. While it runs, folds are
 * trained one after the other: the last one that told of an epoch is at work.
 */
export function shownFolds({ folds, document }: Pick<RunDetail, "folds" | "document">, live: Live): ShownFold[] {
  const shown = folds.map((fold) => {
    const told = live.folds.get(fold.index)?.score ?? null;
    const stored = document.folds.find(({ test, seed }) => test === fold.name && seed === fold.seed) ?? null;
    return { ...fold, score: told ?? stored };
  });
  if (live.state !== "running") return shown;
  const atWork = shown.findLast(({ index, score }) => score === null && live.folds.has(index));
  return shown.map((fold) => (fold === atWork ? { ...fold, state: "running" } : fold));
}

export function heldOutDatasets(folds: readonly ShownFold[]): HeldOut[] {
  return [...Map.groupBy(folds, ({ heldOut }) => heldOut)].map(([id, own]) => {
    const scores = own.flatMap(({ score }) => (score === null ? [] : [score]));
    return {
      id,
      name: own[0]?.name ?? id,
      n: own[0]?.testSamples ?? 0,
      folds: own,
      mean: scores.length === 0 ? null : each((metric) => mean(scores.map((score) => score[metric]))),
      spread: scores.length < 2 ? null : each((metric) => deviation(scores.map((score) => score[metric]))),
    };
  });
}

/** The confusion of some folds together; null while none of them is tested. */
export function together(folds: readonly ShownFold[]): Confusion | null {
  const confusions = folds.flatMap(({ score }) => (score === null ? [] : [score.confusion]));
  if (confusions.length === 0) return null;
  return CLASSES.map((_, row) =>
    CLASSES.map((_, column) => confusions.reduce((sum, confusion) => sum + (confusion[row]?.[column] ?? 0), 0)),
  );
}

/** Recall of each class, in the order of CLASSES; null for a class without a sample. */
export const recalls = (confusion: Confusion): (number | null)[] =>
  confusion.map((row, at) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return total === 0 ? null : (row[at] ?? 0) / total;
  });

const each = (value: (metric: keyof Scores) => number): Scores => ({
  accuracy: value("accuracy"),
  uar: value("uar"),
  uf1: value("uf1"),
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
