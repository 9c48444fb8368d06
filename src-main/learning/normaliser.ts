/**
 * Brings pictures to mean 0 and deviation 1 a channel. It is fitted on the training samples of a run alone and saved
 * with the weights. Flow is never fitted: its encoding has fixed constants, so that zero motion stays zero.
 */
import { ApexError } from "../contract/errors.ts";
import { count, type SampleSet } from "./samples.ts";

export interface Normaliser {
  /** Per channel, of values as fed: byte / 255, or floats as they are. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * For flow pictures, whose encoding is fixed (0.5 is no motion in u and v, 0 none in the third channel, 1 is 3 pixels
 * at 224): zero motion becomes 0, as in the padding of convolutions, and u and v are in pixels at 224.
 */
export const FLOW_NORMALISER: Normaliser = { mean: [0.5, 0.5, 0], deviation: [1 / 6, 1 / 6, 1 / 6] };

/**
 * Mean and standard deviation of each channel over every pixel of the set. A channel that never varies is only shifted.
 * Bytes are summed as whole numbers, so the result does not depend on the order of samples.
 */
export function fitNormaliser(set: SampleSet): Normaliser {
  const [channels, height, width] = set.shape;
  const plane = height * width;
  const scale = set.pixels instanceof Uint8Array ? 1 / 255 : 1;
  const n = count(set) * plane;
  if (n === 0) throw new ApexError("run-invalid", "There is no training sample to fit the normaliser on.");
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    let squares = 0;
    for (const row of set.rows) {
      const start = (row * channels + c) * plane;
      for (let i = start; i < start + plane; i++) {
        const x = set.pixels[i];
        sum += x;
        squares += x * x;
      }
    }
    const average = sum / n;
    const spread = Math.sqrt(Math.max(0, squares / n - average * average));
    mean.push(average * scale);
    deviation.push(spread === 0 ? 1 : spread * scale);
  }
  return { mean, deviation };
}

/** Writes samples of a set, normalised, into `out` ([N, C, H, W], one after the other from the start). */
export function writer(
  set: SampleSet,
  normaliser: Normaliser,
): (indices: ArrayLike<number>, out: Float32Array) => void {
  const [channels, height, width] = set.shape;
  const plane = height * width;
  const bytes = set.pixels instanceof Uint8Array;
  const factors = normaliser.deviation.map((deviation) => (bytes ? 1 / 255 : 1) / deviation);
  const shifts = normaliser.mean.map((mean, c) => -mean / normaliser.deviation[c]);
  const write = set.pixels instanceof Uint8Array ? bytesInto(set.pixels) : floatsInto(set.pixels);
  return (indices, out) => {
    for (let k = 0; k < indices.length; k++)
      for (let c = 0; c < channels; c++) {
        const from = (set.rows[indices[k]] * channels + c) * plane;
        write(out.subarray((k * channels + c) * plane, (k * channels + c + 1) * plane), {
          from,
          factor: factors[c],
          shift: shifts[c],
        });
      }
  };
}

interface Affine {
  /** Where the plane begins. */
  readonly from: number;
  readonly factor: number;
  readonly shift: number;
}

// Two of the same: a loop over one type of array is several times as fast as one over either.
const bytesInto =
  (pixels: Uint8Array) =>
  (out: Float32Array, { from, factor, shift }: Affine): void => {
    for (let i = 0; i < out.length; i++) out[i] = pixels[from + i] * factor + shift;
  };
const floatsInto =
  (pixels: Float32Array) =>
  (out: Float32Array, { from, factor, shift }: Affine): void => {
    for (let i = 0; i < out.length; i++) out[i] = pixels[from + i] * factor + shift;
  };
