/**
 * Brings pictures to mean 0 and deviation 1 a channel. It is fitted on the training samples of a run alone and saved
 * with the weights. Flow is never fitted: its encoding has fixed constants, so that zero motion stays zero.
 */
import { ApexError } from "../contract/errors.ts";
import type { Normaliser, Picture } from "./pictures.ts";
import { expectPictures, picturesOf, type SampleSet } from "./samples.ts";

/**
 * For flow pictures, whose encoding is fixed (0.5 is no motion in u and v, 0 none in the third channel, 1 is 3 pixels
 * at 224): zero motion becomes 0, as in the padding of convolutions, and u and v are in pixels at 224.
 */
export const FLOW_NORMALISER: Normaliser = { mean: [0.5, 0.5, 0], deviation: [1 / 6, 1 / 6, 1 / 6] };

/** Pictures that are looked at together: what is not kept in memory is let go after it. */
const AT_ONCE = 64;

/**
 * Mean and standard deviation of each channel over every pixel of the set. A channel that never varies is only shifted.
 * Its pictures are bytes, summed as whole numbers, so the result does not depend on the order of samples.
 * Throws ApexError `run-invalid` for an empty set, and what decoding its pictures throws.
 */
export async function fitNormaliser(set: SampleSet): Promise<Normaliser> {
  const [channels, height, width] = set.shape;
  const plane = height * width;
  const all = Array.from(set.rows, (_, i) => i);
  if (all.length === 0) throw new ApexError("run-invalid", "There is no training sample to fit the normaliser on.");
  const sums = Array.from({ length: channels }, () => ({ sum: 0, squares: 0 }));
  expectPictures(set, all);
  for (let start = 0; start < all.length; start += AT_ONCE)
    for (const picture of await picturesOf(set, all.slice(start, start + AT_ONCE))) {
      if (!(picture instanceof Uint8Array)) throw new ApexError("internal", "Only bytes have a normaliser fitted.");
      for (const [c, channel] of sums.entries()) addUp(channel, picture.subarray(c * plane, (c + 1) * plane));
    }
  const n = all.length * plane;
  const mean: number[] = [];
  const deviation: number[] = [];
  for (const { sum, squares } of sums) {
    const average = sum / n;
    const spread = Math.sqrt(Math.max(0, squares / n - average * average));
    mean.push(average / 255);
    deviation.push(spread === 0 ? 1 : spread / 255);
  }
  return { mean, deviation };
}

function addUp(into: { sum: number; squares: number }, plane: Uint8Array): void {
  let { sum, squares } = into;
  for (let i = 0; i < plane.length; i++) {
    sum += plane[i];
    squares += plane[i] * plane[i];
  }
  into.sum = sum;
  into.squares = squares;
}

/**
 * Writes pictures [C, H, W] into `out` ([N, C, H, W], one after the other from the start): bytes normalised, floats as
 * they are.
 */
export function writer(normaliser: Normaliser): (pictures: readonly Picture[], out: Float32Array) => void {
  const channels = affine(normaliser, 1 / 255);
  return (pictures, out) => {
    let at = 0;
    for (const picture of pictures) {
      if (picture instanceof Float32Array) out.set(picture, at);
      else writeBytes(picture, { out, at }, channels);
      at += picture.length;
    }
  };
}

/** Values of flow [C, H, W] as a network is fed them, in place: once when they are decoded, not at every step. */
export function normaliseFlow(planes: Float32Array): Float32Array {
  const channels = affine(FLOW_NORMALISER, 1);
  const count = planes.length / channels.length;
  channels.forEach(({ factor, shift }, c) => {
    for (let i = c * count; i < (c + 1) * count; i++) planes[i] = planes[i] * factor + shift;
  });
  return planes;
}

interface Affine {
  readonly factor: number;
  readonly shift: number;
}

/** For each channel, of values in which 1 is `unit`. */
function affine({ mean, deviation }: Normaliser, unit: number): Affine[] {
  return mean.map((one, c) => ({ factor: unit / deviation[c], shift: -one / deviation[c] }));
}

function writeBytes(
  picture: Uint8Array,
  { out, at }: { readonly out: Float32Array; readonly at: number },
  channels: readonly Affine[],
): void {
  const count = picture.length / channels.length;
  channels.forEach(({ factor, shift }, c) => {
    // Views of the arrays would make the loop half as fast.
    for (let i = c * count; i < (c + 1) * count; i++) out[at + i] = picture[i] * factor + shift;
  });
}
