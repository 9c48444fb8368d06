/**
 * The primitives and their attributes: the one list of what an op is. An op is one row here and one row in each of four
 * tables: shape (ops/shape.ts), reference (ops/reference/), gradient (ops/gradient.ts), lowering (ops/lowering/). The
 * tables are mapped types over this list, so a missing row does not compile.
 */
import type { Data, DType, Shape } from "../value.ts";

type None = Readonly<Record<never, never>>;
/** Height, width. */
export type Pair = readonly [number, number];

export interface ConvAttributes {
  readonly stride: Pair;
  readonly padding: Pair;
  readonly groups: number;
}

export interface PoolAttributes {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}

export interface ReduceAttributes {
  /** Sorted, non-negative. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export interface OpAttributes {
  // leaves
  input: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  constant: { readonly data: Data; readonly shape: Shape; readonly dtype: DType };
  // elementwise, one operand
  neg: None;
  exp: None;
  log: None;
  sqrt: None;
  tanh: None;
  sigmoid: None;
  relu: None;
  abs: None;
  sign: None;
  erf: None;
  gelu: None;
  leakyRelu: { readonly slope: number };
  cast: { readonly dtype: DType };
  detach: None;
  // elementwise, several operands that broadcast as in NumPy
  add: None;
  sub: None;
  mul: None;
  div: None;
  maximum: None;
  minimum: None;
  greater: None;
  equal: None;
  select: None;
  // reductions
  reduceSum: ReduceAttributes;
  reduceMax: ReduceAttributes;
  logSoftmax: None;
  // shape
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  broadcast: { readonly shape: Shape };
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  slice: { readonly starts: readonly number[]; readonly ends: readonly number[] };
  concat: { readonly axis: number };
  // linear algebra
  matmul: None;
  conv2d: ConvAttributes;
  /** size: height and width of the convolution's input. */
  conv2dInputGrad: ConvAttributes & { readonly size: Pair };
  /** kernel: height and width of the convolution's filter. */
  conv2dWeightGrad: ConvAttributes & { readonly kernel: Pair };
  // pooling
  maxPool2d: PoolAttributes;
  maxPool2dScatter: PoolAttributes;
  maxPool2dGather: PoolAttributes;
  avgPool2d: PoolAttributes;
  /** size: height and width of the pool's input. */
  avgPool2dGrad: PoolAttributes & { readonly size: Pair };
  // channels: dimension 1 of [N, C, ...]
  channelMoments: None;
  channelAffine: None;
  // indexing
  gather: None;
  /** rows: the first dimension of the result. */
  scatterAdd: { readonly rows: number };
}

export type OpName = keyof OpAttributes;
