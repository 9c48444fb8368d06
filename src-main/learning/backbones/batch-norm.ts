/** A batch norm as torchvision names it: weight, bias, running_mean, running_var; in training it keeps the last two. */
import {
  batchNorm,
  batchNormBy,
  batchStatistics,
  less,
  type Moments,
  mul,
  reshape,
  runningStatistics,
  select,
  type Tensor,
} from "../../engine/index.ts";
import { allZeros, type Mode, type ParameterSpec } from "./backbone.ts";
import { constant } from "./initial.ts";

export function normParameters(name: string, channels: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [channels], initial: constant(1) },
    { name: `${name}.bias`, shape: [channels], initial: allZeros },
  ];
}

export function normStatistics(name: string, channels: number): ParameterSpec[] {
  return [
    { name: `${name}.running_mean`, shape: [channels], initial: allZeros },
    { name: `${name}.running_var`, shape: [channels], initial: constant(1) },
  ];
}

interface BeforePool {
  readonly filters: Tensor;
  readonly convolve: (filters: Tensor) => Tensor;
  /** A max pool. */
  readonly pool: (x: Tensor) => Tensor;
  readonly name: string;
}

/**
 * A network's batch norms: `apply` normalises; `pooled` is the pool of a normalised convolution; `kept` is every running
 * statistic after this batch.
 */
export function batchNorms(tensors: Readonly<Record<string, Tensor>>, mode: Mode) {
  const kept: Record<string, Tensor> = {};
  const named = (name: string) => ({
    affine: { scale: tensors[`${name}.weight`], shift: tensors[`${name}.bias`] },
    old: { mean: tensors[`${name}.running_mean`], variance: tensors[`${name}.running_var`] },
  });
  const keep = (name: string, batch: Moments): void => {
    const { old } = named(name);
    const next = runningStatistics(old, batch);
    kept[`${name}.running_mean`] = next.mean;
    // One number has no spread to learn from: one picture at a size of one pixel.
    kept[`${name}.running_var`] = batch.count > 1 ? next.variance : old.variance;
  };
  const apply = (x: Tensor, name: string): Tensor => {
    const { affine, old } = named(name);
    if (mode === "inference") return batchNormBy(x, old, affine);
    const { y, batch } = batchNorm(x, affine);
    keep(name, batch);
    return y;
  };
  // The norm is a rising map of each channel, so that it may come after the pool, where pixels are few: falling ones, by
  // a scale below 0, are made to rise by changing the signs of the scale and of the channel's filters.
  const pooled = ({ filters, convolve, pool, name }: BeforePool): Tensor => {
    const { affine, old } = named(name);
    const sign = select(less(affine.scale, 0), -1, 1);
    const x = convolve(mul(filters, reshape(sign, [-1, 1, 1, 1])));
    const rising = { ...affine, scale: mul(affine.scale, sign) };
    if (mode === "inference") return batchNormBy(pool(x), { ...old, mean: mul(old.mean, sign) }, rising);
    const batch = batchStatistics(x);
    keep(name, { ...batch, mean: mul(batch.mean, sign) });
    return batchNormBy(pool(x), batch, rising);
  };
  return { apply, pooled, kept };
}
