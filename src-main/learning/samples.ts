/** A set of samples in memory: pictures in one array, labels and source datasets beside it. */
import { ApexError } from "../contract/errors.ts";
import type { InputShape } from "./backbones/backbone.ts";

export interface SampleSet {
  readonly shape: InputShape;
  /** Class index of each sample, order of CLASSES. */
  readonly labels: Uint8Array;
  /** Index into `datasets` of each sample. */
  readonly domains: Int32Array;
  readonly datasets: readonly string[];
  /** Pictures one after the other, each [C, H, W]: bytes stand for byte / 255, floats for themselves. */
  readonly pixels: Uint8Array | Float32Array;
  /** Which picture belongs to each sample. */
  readonly rows: Int32Array;
}

export interface SampleSource {
  readonly shape: InputShape;
  readonly pixels: Uint8Array | Float32Array;
  /** Class index and dataset of each picture, in order. */
  readonly samples: readonly { readonly label: number; readonly dataset: string }[];
}

/** Throws ApexError `internal` when the numbers do not fit the shape. */
export function sampleSet({ shape, pixels, samples }: SampleSource): SampleSet {
  const [channels, height, width] = shape;
  if (pixels.length !== samples.length * channels * height * width)
    throw new ApexError(
      "internal",
      `${samples.length} samples of ${shape.join(" x ")} do not fit ${pixels.length} numbers.`,
    );
  const datasets = [...new Set(samples.map((sample) => sample.dataset))].sort();
  return {
    shape,
    pixels,
    datasets,
    labels: Uint8Array.from(samples, (sample) => sample.label),
    domains: Int32Array.from(samples, (sample) => datasets.indexOf(sample.dataset)),
    rows: Int32Array.from(samples, (_, i) => i),
  };
}

export function count(set: SampleSet): number {
  return set.rows.length;
}

/** The samples at `indices`, in that order; pictures are shared, not copied. Only their own datasets remain. */
export function subset(set: SampleSet, indices: ArrayLike<number>): SampleSet {
  const chosen = Array.from(indices);
  const names = chosen.map((i) => set.datasets[set.domains[i]]);
  const datasets = [...new Set(names)].sort();
  return {
    ...set,
    datasets,
    labels: Uint8Array.from(chosen, (i) => set.labels[i]),
    domains: Int32Array.from(names, (name) => datasets.indexOf(name)),
    rows: Int32Array.from(chosen, (i) => set.rows[i]),
  };
}
