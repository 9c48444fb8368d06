/**
 * Brings pictures to mean 0 and deviation 1 a channel. It is fitted on the training samples of a run alone and saved
 * with the weights. Flow is never fitted: its encoding has fixed constants, so that zero motion stays zero.
 */
import { ApexError } from "../contract/errors.ts";
import type { Picture } from "./pictures.ts";
import { expectPictures, picturesOf, type SampleSet } from "./samples.ts";

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

/** Pictures that are looked at together: what is not kept in memory is let go after it. */
const AT_ONCE = 64;

/**
 * Mean and standard deviation of each channel over every pixel of the set. A channel that never varies is only shifted.
 * Bytes are summed as whole numbers, so the result does not depend on the order of samples.
 * Throws ApexError `run-invalid` for an empty set, and what decoding its pictures throws.
 */
export async function fitNormaliser(set: SampleSet): Promise<Normaliser> {
  const [channels, height, width] = set.shape;
  const plane = height * width;
  const all = Array.from(set.rows, (_, i) => i);
  if (all.length === 0) throw new ApexError("run-invalid", "There is no training sample to fit the normaliser on.");
  const sums = Array.from({ length: channels }, () => ({ sum: 0, squares: 0 }));
  let scale = 1;
  expectPictures(set, all);
  for (let start = 0; start < all.length; start += AT_ONCE)
    for (const picture of await picturesOf(set, all.slice(start, start + AT_ONCE))) {
      if (picture instanceof Uint8Array) scale = 1 / 255;
      for (const [c, channel] of sums.entries()) addUp(channel, picture.subarray(c * plane, (c + 1) * plane));
    }
  const n = all.length * plane;
  const mean: number[] = [];
  const deviation: number[] = [];
  for (const { sum, squares } of sums) {
    const average = sum / n;
    const spread = Math.sqrt(Math.max(0, squares / n - average * average));
    mean.push(average * scale);
    deviation.push(spread === 0 ? 1 : spread * scale);
  }
  return { mean, deviation };
}

function addUp(into: { sum: number; squares: number }, plane: Picture): void {
  let { sum, squares } = into;
  for (let i = 0; i < plane.length; i++) {
    sum += plane[i];
    squares += plane[i] * plane[i];
  }
  into.sum = sum;
  into.squares = squares;
}

/** Writes pictures [C, H, W], normalised, into `out` ([N, C, H, W], one after the other from the start). */
export function writer(normaliser: Normaliser): (pictures: readonly Picture[], out: Float32Array) => void {
  const channels = normaliser.mean.length;
  const shifts = normaliser.mean.map((mean, c) => -mean / normaliser.deviation[c]);
  const factors = { bytes: factorsOf(normaliser, 1 / 255), floats: factorsOf(normaliser, 1) };
  return (pictures, out) => {
    let at = 0;
    for (const picture of pictures) {
      const plane = picture.length / channels;
      for (let c = 0; c < channels; c++, at += plane) {
        const place = { at, from: c * plane, count: plane };
        // Two of the same: a loop over one type of array is several times as fast as one over either.
        if (picture instanceof Uint8Array)
          writeBytes([picture, out], place, { factor: factors.bytes[c], shift: shifts[c] });
        else writeFloats([picture, out], place, { factor: factors.floats[c], shift: shifts[c] });
      }
    }
  };
}

const factorsOf = ({ deviation }: Normaliser, unit: number): number[] => deviation.map((one) => unit / one);

interface Affine {
  readonly factor: number;
  readonly shift: number;
}

/** Of both arrays: views of them would make the loops half as fast. */
interface Place {
  readonly at: number;
  readonly from: number;
  readonly count: number;
}

function writeBytes(
  [picture, out]: readonly [Uint8Array, Float32Array],
  place: Place,
  { factor, shift }: Affine,
): void {
  const { at, from, count } = place;
  for (let i = 0; i < count; i++) out[at + i] = picture[from + i] * factor + shift;
}

function writeFloats(
  [picture, out]: readonly [Float32Array, Float32Array],
  place: Place,
  { factor, shift }: Affine,
): void {
  const { at, from, count } = place;
  for (let i = 0; i < count; i++) out[at + i] = picture[from + i] * factor + shift;
}
