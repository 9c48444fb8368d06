/** The gradient penalty of a Wasserstein critic. */
import { add, mean, reduceSum, reshape, sqrt, square, sub } from "./build/index.ts";
import { grad } from "./grad.ts";
import type { Tensor } from "./graph.ts";

/** Keeps the root's slope finite where a picture has no influence at all. */
const TINY = 1e-12;

/**
 * How far the critic is from slope 1 at the pictures `x`, [N, ...]: the mean of (|d scores / d x| - 1)^2, where the slope
 * of one picture is that of the sum of its scores (Gulrajani et al. 2017). `scores` must have been built from `x`; take
 * pictures between real and generated ones. A scalar; its own gradient is the double backward of the critic.
 */
export function gradientPenalty(scores: Tensor, x: Tensor): Tensor {
  const [slope] = grad(reduceSum(scores), [x]);
  const lengths = sqrt(add(reduceSum(square(reshape(slope, [x.shape[0], -1])), [1]), TINY));
  return mean(square(sub(lengths, 1)));
}
