/** Reductions, and the losses made of them. */
import { size, type Tensor } from "../graph.ts";
import { div, exp, mul, neg } from "./elementwise.ts";
import { transpose } from "./layout.ts";
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

/** exp(x) / sum(exp(x)) along `axis` (default: the last). */
export function softmax(x: Tensor, axis = -1): Tensor {
  const last = x.shape.length - 1;
  const place = axis < 0 ? axis + x.shape.length : axis;
  if (place === last) return exp(logSoftmax(x));
  const swapped = x.shape.map((_, i) => (i === place ? last : i === last ? place : i));
  return transpose(exp(logSoftmax(transpose(x, swapped))), swapped);
}

/**
 * Cross-entropy of each sample, [N], from logits [N, C] and target probabilities [N, C] (one-hot for hard labels).
 * Take its `mean` for the usual loss.
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return neg(reduceSum(mul(targets, logSoftmax(logits)), [-1]));
}
