/** A set of samples: labels and source datasets in memory, and where their pictures come from. */
import { ApexError } from "../contract/errors.ts";
import type { InputShape } from "./backbones/backbone.ts";
import { inMemory, type Picture, type Pictures } from "./pictures.ts";

export interface SampleSet {
  readonly shape: InputShape;
  /** Class index of each sample, order of CLASSES. */
  readonly labels: Uint8Array;
  /** Index into `datasets` of each sample. */
  readonly domains: Int32Array;
  readonly datasets: readonly string[];
  readonly pictures: Pictures;
  /** Which picture belongs to each sample. */
  readonly rows: Int32Array;
}

export interface SampleSource {
  readonly shape: InputShape;
  /** All pictures one after the other, or whence they come. */
  readonly pictures: Picture | Pictures;
  /** Class index and dataset of each picture, in order. */
  readonly samples: readonly { readonly label: number; readonly dataset: string }[];
}

/** Throws ApexError `internal` when the numbers do not fit the shape. */
export function sampleSet({ shape, pictures, samples }: SampleSource): SampleSet {
  const [channels, height, width] = shape;
  const length = channels * height * width;
  if (ArrayBuffer.isView(pictures) && pictures.length !== samples.length * length)
    throw new ApexError(
      "internal",
      `${samples.length} samples of ${shape.join(" x ")} do not fit ${pictures.length} numbers.`,
    );
  const datasets = [...new Set(samples.map((sample) => sample.dataset))].sort();
  return {
    shape,
    pictures: ArrayBuffer.isView(pictures) ? inMemory(pictures, length) : pictures,
    datasets,
    labels: Uint8Array.from(samples, (sample) => sample.label),
    domains: Int32Array.from(samples, (sample) => datasets.indexOf(sample.dataset)),
    rows: Int32Array.from(samples, (_, i) => i),
  };
}

/** The pictures of the samples at `indices`, in that order, once they are decoded. */
export function picturesOf(set: SampleSet, indices: readonly number[]): Promise<readonly Picture[]> {
  return waitingFor(set, takePictures(set, indices));
}

/** The same, where nobody waits for them yet. */
export function takePictures(set: SampleSet, indices: readonly number[]): Promise<readonly Picture[]> {
  return set.pictures.take(indices.map((i) => set.rows[i]));
}

export function waitingFor<T>({ pictures: { waiting } }: SampleSet, coming: Promise<T>): Promise<T> {
  return waiting === undefined ? coming : waiting(coming);
}

/** Tells whose pictures will be wanted next, in this order. */
export function expectPictures(set: SampleSet, indices: readonly number[]): void {
  set.pictures.expect(indices.map((i) => set.rows[i]));
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
