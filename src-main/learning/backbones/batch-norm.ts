/** A batch norm as torchvision names it: weight, bias, running_mean, running_var; in training it keeps the last two. */
import { batchNorm, batchNormBy, runningStatistics, type Tensor } from "../../engine/index.ts";
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

/** A network's batch norms: `apply` normalises, `kept` is every running statistic after this batch. */
export function batchNorms(tensors: Readonly<Record<string, Tensor>>, mode: Mode) {
  const kept: Record<string, Tensor> = {};
  const apply = (x: Tensor, name: string): Tensor => {
    const affine = { scale: tensors[`${name}.weight`], shift: tensors[`${name}.bias`] };
    const old = { mean: tensors[`${name}.running_mean`], variance: tensors[`${name}.running_var`] };
    if (mode === "inference") return batchNormBy(x, old, affine);
    const { y, batch } = batchNorm(x, affine);
    const next = runningStatistics(old, batch);
    kept[`${name}.running_mean`] = next.mean;
    // One number has no spread to learn from: one picture at a size of one pixel.
    kept[`${name}.running_var`] = batch.count > 1 ? next.variance : old.variance;
    return y;
  };
  return { apply, kept };
}
