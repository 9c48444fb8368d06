/** A run's table as rows of figures, for every format that it is copied in. */
import type { PublishedRow } from "../../../../src-main/contract/api/runs.ts";
import type { RunDocument, Scores } from "../../../../src-main/contract/documents.ts";

export interface FigureRow {
  readonly kind: "fold" | "mean" | "majority" | "published";
  /** "SMIC", "mean", "majority class", or the paper's method. */
  readonly name: string;
  /** What the figures were measured on: a dataset, or "mean of five datasets". */
  readonly test: string;
  readonly seed: number | null;
  readonly n: number | null;
  readonly figures: { readonly [Metric in keyof Scores]: number | null };
  readonly spread: Scores | null;
}

const pick = ({ accuracy, uar, uf1 }: Scores): Scores => ({ accuracy, uar, uf1 });

/** How many seeds its folds have. */
export const seedsOf = ({ folds }: Pick<RunDocument, "folds">): number => new Set(folds.map(({ seed }) => seed)).size;

/** Folds as they were scored, then the mean over them, the majority answer, and the paper's figures. */
export function figureRows(document: RunDocument, published: readonly PublishedRow[]): FigureRow[] {
  const { folds, mean, spread, majority } = document;
  const whole = { test: "mean of held-out datasets", seed: null, n: null };
  return [
    ...folds.map((fold): FigureRow => ({
      kind: "fold",
      name: fold.test,
      test: fold.test,
      seed: fold.seed,
      n: fold.n,
      figures: pick(fold),
      spread: null,
    })),
    { kind: "mean", name: "mean", ...whole, figures: pick(mean), spread: seedsOf(document) > 1 ? pick(spread) : null },
    { kind: "majority", name: "majority class", ...whole, figures: pick(majority), spread: null },
    ...published.map(({ test, method, source, accuracy, uar, uf1 }): FigureRow => ({
      kind: "published",
      name: `${method} (${source})`,
      test,
      seed: null,
      n: null,
      figures: { accuracy, uar, uf1 },
      spread: null,
    })),
  ];
}
