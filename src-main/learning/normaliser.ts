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
  return (indices, out) => {
    let o = 0;
    for (let k = 0; k < indices.length; k++) {
      let i = set.rows[indices[k]] * channels * plane;
      for (let c = 0; c < channels; c++) {
        const factor = factors[c];
        const shift = shifts[c];
        for (const end = i + plane; i < end; i++) out[o++] = set.pixels[i] * factor + shift;
      }
    }
  };
}
