/** What an epoch of training sums up to; a part of the checkpoint, so that a resumed epoch reports the same numbers. */
import { z } from "zod";
import type { Scores } from "../../contract/documents.ts";

/** Sums over the samples, or batches, of an epoch so far. */
export const tally = z.object({
  samples: z.int(),
  right: z.int(),
  /** Sum of each sample's cross-entropy. */
  crossEntropy: z.number(),
  /** Batches with at least two datasets, and the sum of their L_BRL. */
  regularized: z.int(),
  regularizer: z.number(),
  /** Per source dataset: samples, and the sum of their attention weights. */
  attention: z.array(z.object({ samples: z.int(), sum: z.number() })),
});
export type Tally = z.infer<typeof tally>;

/** One line of a run's metrics. */
export interface EpochRecord {
  /** What was trained: "final", or "without CASME II" in a selection by validation domains. */
  readonly phase: string;
  /** From 1. */
  readonly epoch: number;
  /** Means over the epoch's samples as they were trained on, before each step's update. */
  readonly crossEntropy: number;
  readonly accuracy: number;
  /** Mean of L_BRL over the batches that hold two datasets; null without such a batch. */
  readonly regularizer: number | null;
  /** m_i of each source dataset over the epoch. */
  readonly attention: Readonly<Record<string, number>>;
  /** Scores of what the selection rule looks at; null where it looks at nothing. */
  readonly validation: Scores | null;
}

export function emptyTally(domains: number): Tally {
  return {
    samples: 0,
    right: 0,
    crossEntropy: 0,
    regularized: 0,
    regularizer: 0,
    attention: Array.from({ length: domains }, () => ({ samples: 0, sum: 0 })),
  };
}

/** What one batch gave. */
export interface BatchOutcome {
  /** Per sample. */
  readonly labels: readonly number[];
  readonly domains: readonly number[];
  readonly predicted: ArrayLike<number>;
  readonly attention: ArrayLike<number>;
  /** Mean over the batch. */
  readonly crossEntropy: number;
  /** L_BRL; null where the batch holds fewer than two datasets. */
  readonly regularizer: number | null;
}

export function addOutcome(sums: Tally, outcome: BatchOutcome): void {
  const { labels, domains } = outcome;
  sums.samples += labels.length;
  sums.crossEntropy += outcome.crossEntropy * labels.length;
  if (outcome.regularizer !== null) {
    sums.regularized++;
    sums.regularizer += outcome.regularizer;
  }
  for (let i = 0; i < labels.length; i++) {
    if (outcome.predicted[i] === labels[i]) sums.right++;
    const group = sums.attention[domains[i]];
    group.samples++;
    group.sum += outcome.attention[i];
  }
}

export interface EpochFacts {
  readonly phase: string;
  readonly epoch: number;
  readonly datasets: readonly string[];
  readonly validation: Scores | null;
}

export function recordOf(sums: Tally, { phase, epoch, datasets, validation }: EpochFacts): EpochRecord {
  return {
    phase,
    epoch,
    crossEntropy: sums.crossEntropy / sums.samples,
    accuracy: sums.right / sums.samples,
    regularizer: sums.regularized === 0 ? null : sums.regularizer / sums.regularized,
    attention: Object.fromEntries(datasets.map((name, d) => [name, sums.attention[d].sum / sums.attention[d].samples])),
    validation,
  };
}
