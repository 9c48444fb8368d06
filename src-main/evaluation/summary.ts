/** From the folds of a run to its mean and spread (paper, Table 8). */
import type { Confusion, Scores } from "../contract/documents.ts";
import { ApexError } from "../contract/errors.ts";
import { scoresOf } from "./metrics.ts";

export interface ScoredFold {
  /** The held-out dataset. */
  readonly test: string;
  readonly seed: number;
  readonly confusion: Confusion;
}

export interface Summary {
  readonly mean: Scores;
  readonly spread: Scores;
}

const perMetric = (value: (metric: keyof Scores) => number): Scores => ({
  accuracy: value("accuracy"),
  uar: value("uar"),
  uf1: value("uf1"),
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (divisor n - 1: a few seeds stand for all seeds); 0 for fewer than two values. */
function spreadOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Mean and spread of each metric over a list of scores. */
export function summariseScores(scores: readonly Scores[]): Summary {
  const values = (metric: keyof Scores) => scores.map((score) => score[metric]);
  return {
    mean: perMetric((metric) => meanOf(values(metric))),
    spread: perMetric((metric) => spreadOf(values(metric))),
  };
}

/**
 * For each seed the unweighted mean over its held-out datasets, each from its own confusion; then mean and spread over
 * seeds. A run that is not finished is summed up over the folds that it has.
 * Throws `run-invalid` without a fold, `internal` when a fold comes twice.
 */
export function summarise(folds: readonly ScoredFold[]): Summary {
  if (folds.length === 0) throw new ApexError("run-invalid", "The run has no scored held-out dataset to sum up yet.");
  const bySeed = Map.groupBy(folds, (fold) => fold.seed);
  const seedMeans = [...bySeed].map(([seed, own]) => {
    if (new Set(own.map((fold) => fold.test)).size !== own.length) {
      throw new ApexError("internal", `A held-out dataset is scored twice for seed ${seed}.`);
    }
    return summariseScores(own.map((fold) => scoresOf(fold.confusion))).mean;
  });
  return summariseScores(seedMeans);
}
