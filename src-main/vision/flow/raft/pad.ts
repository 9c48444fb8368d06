/** Pictures to the sides that RAFT takes, and flows back (core/utils/utils.py `InputPadder` of the authors' code). */
import { ApexError } from "../../../contract/errors.ts";
import type { Picture } from "../../pictures/picture.ts";
import type { Flow } from "../flow.ts";
import { CELL } from "./upsample.ts";

/** Below this the coarsest level of the pyramid is under two places wide, and the authors' code divides by 0. */
const LEAST = 128;

/** Every place of the eighth grid is compared with every other: at a million pixels that is 1 GB. */
export const MOST_PIXELS = 1024 * 1024;

/** How many pixels are put around a picture; the whole, and where the picture lies in it. */
export interface Padding {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** The side that RAFT takes for one of `n` pixels. */
export const wholeSide = (n: number): number => Math.max(LEAST, Math.ceil(n / CELL) * CELL);
const inside = (at: number, length: number): number => Math.min(Math.max(at, 0), length - 1);

/**
 * To multiples of 8 and at least 128, the picture in the middle (the smaller half to the left and above).
 * Throws ApexError `shape-mismatch` for a picture that is too large.
 */
export function paddingFor(width: number, height: number): Padding {
  const whole = { width: wholeSide(width), height: wholeSide(height) };
  if (whole.width * whole.height > MOST_PIXELS)
    throw new ApexError(
      "shape-mismatch",
      `RAFT compares every place of one picture with every place of the other, so it takes at most ${MOST_PIXELS} pixels; these pictures are ${width} x ${height}. Make them smaller.`,
    );
  return { ...whole, left: Math.floor((whole.width - width) / 2), top: Math.floor((whole.height - height) / 2) };
}

/** The picture as planes of R, G and B, 0..255, its border repeated outwards; written at `at` of `into`. */
export function padded(picture: Picture, { width, height, left, top }: Padding, into: Float32Array): void {
  const columns = Int32Array.from({ length: width }, (_, x) => 3 * inside(x - left, picture.width));
  for (let y = 0; y < height; y++) {
    const row = 3 * picture.width * inside(y - top, picture.height);
    for (let c = 0; c < 3; c++) {
      const to = (c * height + y) * width;
      for (let x = 0; x < width; x++) into[to + x] = picture.rgb[row + columns[x] + c];
    }
  }
}

/** The part of planes of u and v, [2, height, width] with padding, that lies on the picture itself. */
export function unpadded(
  planes: Float32Array,
  { width, height, left, top }: Padding,
  size: { readonly width: number; readonly height: number },
): Flow {
  const plane = (c: number): Float32Array => {
    const out = new Float32Array(size.width * size.height);
    for (let y = 0; y < size.height; y++) {
      const from = (c * height + top + y) * width + left;
      out.set(planes.subarray(from, from + size.width), y * size.width);
    }
    return out;
  };
  return { ...size, u: plane(0), v: plane(1) };
}
