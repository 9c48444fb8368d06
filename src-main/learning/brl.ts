/**
 * Batch regularization learning, BRL (paper 3.2.1). The classifier's input x gives one attention weight a sample,
 * a = sigmoid(Wx + b). In a mini-batch, m_i is the mean of a over the samples of source dataset i;
 * L_BRL = max_i m_i - min_i m_i over the datasets present, 0 with fewer than two of them.
 * L = (1 - lambda) L_CE + lambda L_BRL from epoch E on, L_CE alone before; with fewer than two source datasets in the
 * whole training set L = L_CE, unscaled.
 */
import { add, matmul, mul, reduceMax, reduceMin, reshape, sigmoid, sub, type Tensor } from "../engine/index.ts";
import { linear, type ParameterSpec } from "./backbones/backbone.ts";

export function attentionParameters(features: number): ParameterSpec[] {
  return linear("attention", features, 1);
}

/** Attention weights [N] of features [N, D]. */
export function attention(features: Tensor, parameters: Readonly<Record<string, Tensor>>): Tensor {
  const scores = add(matmul(features, parameters["attention.weight"]), parameters["attention.bias"]);
  return sigmoid(reshape(scores, [features.shape[0]]));
}

export interface BatchGroups {
  /** [N, G]: 1 / (samples of dataset g in the batch) where sample n is one of them, else 0; so a . members = m. */
  readonly members: Tensor;
  /** [G]: 1 where the batch has no sample of dataset g, else 0. */
  readonly absent: Tensor;
}

/**
 * L_BRL of attention weights [N], a scalar, for a batch of at least two datasets (the caller weighs it by 0 otherwise).
 * The weights lie in (0, 1), so an absent dataset, whose mean comes out as 0, is never the maximum; adding 1 keeps it
 * from being the minimum.
 */
export function brlLoss(a: Tensor, { members, absent }: BatchGroups): Tensor {
  const means = reshape(matmul(reshape(a, [1, a.shape[0]]), members), absent.shape);
  return sub(reduceMax(means), reduceMin(add(means, absent)));
}

/** `ce` and `brl` are the scalars by which the two losses enter the step's loss. */
export function combinedLoss(terms: { ce: Tensor; brl: Tensor }, weights: { ce: Tensor; brl: Tensor }): Tensor {
  return add(mul(terms.ce, weights.ce), mul(terms.brl, weights.brl));
}

export interface LossWeights {
  readonly ce: number;
  readonly brl: number;
}

/**
 * The weights of L_CE and L_BRL for one batch. `epoch` is 0-based, so that the first `brlFrom` epochs are L_CE alone;
 * `domains` counts the source datasets of the whole training set, `present` those of the batch.
 */
export function lossWeights(
  schedule: { readonly lambda: number; readonly brlFrom: number },
  at: { readonly epoch: number; readonly domains: number; readonly present: number },
): LossWeights {
  if (at.domains < 2 || at.epoch < schedule.brlFrom) return { ce: 1, brl: 0 };
  return { ce: 1 - schedule.lambda, brl: at.present < 2 ? 0 : schedule.lambda };
}

/**
 * L_BRL of the attention weights of a whole batch, and what it pulls each of them by: its gradient, 1 / (samples of the
 * dataset) for the dataset of the largest mean and - 1 / (...) for that of the smallest. Equal means share evenly, as in
 * `brlLoss`. Null for a batch of fewer than two datasets.
 */
export function brlPull(
  a: ArrayLike<number>,
  groups: readonly number[],
): { readonly regularizer: number; readonly pull: Float32Array } | null {
  const means = new Map<number, { sum: number; samples: number }>();
  groups.forEach((group, i) => {
    const own = means.get(group) ?? { sum: 0, samples: 0 };
    means.set(group, { sum: own.sum + a[i], samples: own.samples + 1 });
  });
  if (means.size < 2) return null;
  const mean = (group: number): number => {
    const { sum, samples } = means.get(group) ?? { sum: 0, samples: 1 };
    return sum / samples;
  };
  const all = [...means.keys()].map(mean);
  const [most, least] = [Math.max(...all), Math.min(...all)];
  const share = (extreme: number, group: number): number =>
    mean(group) === extreme ? 1 / all.filter((m) => m === extreme).length : 0;
  const pull = Float32Array.from(
    groups,
    (group) => (share(most, group) - share(least, group)) / (means.get(group)?.samples ?? 1),
  );
  return { regularizer: most - least, pull };
}
