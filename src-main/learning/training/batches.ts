/**
 * Which samples stand together in each batch of an epoch. The order depends on the seed and the epoch alone, so a
 * resumed run makes the same batches.
 */
import type { RunConfig } from "../../contract/run.ts";
import { Random } from "../../engine/index.ts";

export interface EpochPlan {
  /** Source dataset (group index) of each sample. */
  readonly domains: ArrayLike<number>;
  /** Largest batch. */
  readonly batch: number;
  readonly mode: RunConfig["batches"];
  readonly seed: number;
  /** 0-based. */
  readonly epoch: number;
}

/**
 * Every sample once. `plain` (the paper's shuffling): full batches and a smaller last one. `stratified`: equally many
 * batches, whose sizes differ by at most one, and a dataset of n samples is in min(n, batches) of them, evenly.
 */
export function planEpoch({ domains, batch, mode, seed, epoch }: EpochPlan): number[][] {
  const random = new Random(seed).split(`batches/${epoch}`);
  const order = random.permutation(domains.length);
  const batches = Math.ceil(order.length / batch);
  switch (mode) {
    case "plain":
      return Array.from({ length: batches }, (_, i) => order.slice(i * batch, (i + 1) * batch));
    case "stratified": {
      // Dataset after dataset is dealt out in turn, like cards; then the batches are shuffled, so that the datasets
      // that are too small for all of them do not always meet.
      const dealt = order.toSorted((a, b) => domains[a] - domains[b]);
      const hands = Array.from({ length: batches }, (): number[] => []);
      dealt.forEach((sample, i) => hands[i % batches].push(sample));
      return random.shuffled(hands);
    }
  }
}
