/** Which epoch's weights are scored: the four rules by name (paper 4.2 uses the last one, which leaks). */
import type { Scores } from "../contract/documents.ts";
import { ApexError } from "../contract/errors.ts";
import type { Selection } from "../contract/run.ts";

export interface SelectionRule {
  readonly name: Selection;
  /** One sentence for a person, for tables and the page. */
  readonly words: string;
  /** False where the held-out dataset itself takes part in the choice. */
  readonly validForReporting: boolean;
  /** What is scored after each epoch of training. */
  readonly scoredOn: "nothing" | "validation" | "domains" | "test";
}

export const SELECTION_RULES: Readonly<Record<Selection, SelectionRule>> = {
  "last-epoch": {
    name: "last-epoch",
    words: "last epoch (the weights at the end of training; nothing is chosen)",
    validForReporting: true,
    scoredOn: "nothing",
  },
  "train-validation": {
    name: "train-validation",
    words: "train-domain validation (best epoch on a fifth of the training subjects, set aside)",
    validForReporting: true,
    scoredOn: "validation",
  },
  "leave-one-domain-out": {
    name: "leave-one-domain-out",
    words:
      "leave-one-domain-out validation (best epoch on average when each training dataset is left out in turn; then trained on all of them)",
    validForReporting: true,
    scoredOn: "domains",
  },
  "best-on-test": {
    name: "best-on-test",
    words: "best on test (the paper's: best epoch on the held-out dataset itself; optimistic, not valid for reporting)",
    validForReporting: false,
    scoredOn: "test",
  },
};

export interface EpochCandidates {
  /**
   * The first epoch (0-based) that may be chosen. With BRL it is the epoch in which BRL joins (paper 4.2: "the best
   * performance after this point"), so that a chosen model is always one that was trained with it.
   */
  readonly from: number;
}

/** The 0-based epoch with the highest UAR from `from` on; of equals the earliest. Throws `internal` without an epoch. */
export function bestEpoch(perEpoch: readonly Pick<Scores, "uar">[], { from }: EpochCandidates): number {
  if (from < 0 || from >= perEpoch.length) {
    throw new ApexError(
      "internal",
      `No epoch to choose from: ${perEpoch.length} scored, the first candidate is ${from}.`,
    );
  }
  let best = from;
  for (let epoch = from + 1; epoch < perEpoch.length; epoch++)
    if (perEpoch[epoch].uar > perEpoch[best].uar) best = epoch;
  return best;
}

/**
 * Leave-one-domain-out: `perDomain[d][epoch]` are the scores on training dataset d while the others trained; the
 * chosen epoch is the best of their unweighted mean.
 */
export function bestMeanEpoch(
  perDomain: readonly (readonly Pick<Scores, "uar">[])[],
  candidates: EpochCandidates,
): number {
  const epochs = Math.min(...perDomain.map((scores) => scores.length));
  const mean = Array.from({ length: Number.isFinite(epochs) ? epochs : 0 }, (_, epoch) => ({
    uar: perDomain.reduce((sum, scores) => sum + scores[epoch].uar, 0) / perDomain.length,
  }));
  return bestEpoch(mean, candidates);
}

/** The first epoch that may be chosen: where BRL joins when it does, else the first. */
export function firstCandidate(training: { epochs: number; lambda: number; brlFrom: number }): number {
  return training.lambda > 0 && training.brlFrom < training.epochs ? training.brlFrom : 0;
}
