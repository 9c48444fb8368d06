/** Matrix products, convolutions and pools. Pictures are [N, C, H, W], filters [O, I / groups, kH, kW]. */
import type { Tensor } from "../graph.ts";
import type { ConvAttributes, Pair, PoolAttributes } from "../ops/attributes.ts";
import { add } from "./elementwise.ts";
import { reshape } from "./layout.ts";
import { make } from "./make.ts";
import { mean } from "./reduce.ts";

type Size = number | Pair;

const pair = (n: Size): Pair => (typeof n === "number" ? [n, n] : n);

/** [..., M, K] x [..., K, N] -> [..., M, N]; leading dimensions broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return make("matmul", [a, b], {});
}

export interface ConvOptions {
  readonly stride?: Size;
  /** Zeros on each side. */
  readonly padding?: Size;
  readonly groups?: number;
  /** [O] */
  readonly bias?: Tensor;
}

/** Cross-correlation, as every framework calls convolution. */
export function conv2d(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  const { stride = 1, padding = 0, groups = 1, bias } = options;
  const attrs = { stride: pair(stride), padding: pair(padding), groups };
  return make("conv2d", bias === undefined ? [x, w] : [x, w, bias], attrs);
}

/** Adjoint of conv2d with respect to its picture, whose height and width are `size`. */
export function conv2dInputGrad(g: Tensor, w: Tensor, attrs: ConvAttributes & { readonly size: Pair }): Tensor {
  return make("conv2dInputGrad", [g, w], attrs);
}

export interface TransposedConvOptions {
  readonly stride?: Size;
  /** What is cut off each side. */
  readonly padding?: Size;
  /** [O] */
  readonly bias?: Tensor;
}

/** Transposed convolution: [N, I, H, W] with filters [I, O, kH, kW] -> [N, O, (H - 1) * stride - 2 * padding + kH, ...]. */
export function transposedConv2d(x: Tensor, w: Tensor, options: TransposedConvOptions = {}): Tensor {
  const { stride = 1, padding = 0, bias } = options;
  const attrs = { stride: pair(stride), padding: pair(padding), groups: 1 };
  const along = (axis: 0 | 1): number =>
    (x.shape[2 + axis] - 1) * attrs.stride[axis] - 2 * attrs.padding[axis] + w.shape[2 + axis];
  const y = conv2dInputGrad(x, w, { ...attrs, size: [along(0), along(1)] });
  return bias === undefined ? y : add(y, reshape(bias, [y.shape[1], 1, 1]));
}

/** Adjoint of conv2d with respect to its filters, whose height and width are `kernel`. */
export function conv2dWeightGrad(x: Tensor, g: Tensor, attrs: ConvAttributes & { readonly kernel: Pair }): Tensor {
  return make("conv2dWeightGrad", [x, g], attrs);
}

export interface PoolOptions {
  readonly kernel: Size;
  /** Default: the kernel. */
  readonly stride?: Size;
  readonly padding?: Size;
}

function poolAttributes({ kernel, stride = kernel, padding = 0 }: PoolOptions): PoolAttributes {
  return { kernel: pair(kernel), stride: pair(stride), padding: pair(padding) };
}

/**
 * Maximum in each window; padding never wins; of equal maxima the first receives the gradient.
 * The pool of a ReLU is built as the ReLU of the pool: the same numbers, and the ReLU has fewer of them to do.
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  if (x.op === "relu") return make("relu", [maxPool2d(x.inputs[0], options)], {});
  return make("maxPool2d", [x], poolAttributes(options));
}

/** Adjoint of maxPool2d at `x`: each number of `g` added at the place of its window's maximum. */
export function maxPool2dScatter(x: Tensor, g: Tensor, attrs: PoolAttributes): Tensor {
  return make("maxPool2dScatter", [x, g], attrs);
}

/** From each window of `h` the number at the place where `x` has its maximum; the adjoint of maxPool2dScatter. */
export function maxPool2dGather(x: Tensor, h: Tensor, attrs: PoolAttributes): Tensor {
  return make("maxPool2dGather", [x, h], attrs);
}

/** Mean of each window; padding is not counted. */
export function avgPool2d(x: Tensor, options: PoolOptions): Tensor {
  return make("avgPool2d", [x], poolAttributes(options));
}

/** Mean of each whole channel: [N, C, H, W] -> [N, C]. */
export function globalAvgPool(x: Tensor): Tensor {
  return mean(x, [2, 3]);
}

/** Adjoint of avgPool2d, whose picture has height and width `size`. */
export function avgPool2dGrad(g: Tensor, attrs: PoolAttributes & { readonly size: Pair }): Tensor {
  return make("avgPool2dGrad", [g], attrs);
}
