/** Reductions, and the losses made of them. */
import { size, type Tensor } from "../graph.ts";
import { div, mul, neg } from "./elementwise.ts";
import { make } from "./make.ts";

/** Axes as given (negative ones count from the end; none means all), sorted. */
function axesOf(x: Tensor, axes: readonly number[] | undefined): number[] {
  if (axes === undefined) return x.shape.map((_, i) => i);
  return axes.map((a) => (a < 0 ? a + x.shape.length : a)).sort((a, b) => a - b);
}

/** Sum over `axes` (default: all, giving a scalar). */
export function reduceSum(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return make("reduceSum", [x], { axes: axesOf(x, axes), keepDims });
}

/** Maximum over `axes` (default: all). Equal maxima share the gradient evenly. */
export function reduceMax(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return make("reduceMax", [x], { axes: axesOf(x, axes), keepDims });
}

export function reduceMin(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return neg(reduceMax(neg(x), axes, keepDims));
}

export function mean(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  const sum = reduceSum(x, axes, keepDims);
  return div(sum, size(x.shape) / size(sum.shape));
}

/** log(softmax(x)) over the last axis. */
export function logSoftmax(x: Tensor): Tensor {
  return make("logSoftmax", [x], {});
}

/**
 * Cross-entropy of each sample, [N], from logits [N, C] and target probabilities [N, C] (one-hot for hard labels).
 * Take its `mean` for the usual loss.
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return neg(reduceSum(mul(targets, logSoftmax(logits)), [-1]));
}
