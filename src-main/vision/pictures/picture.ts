/** The one form in which pictures move through vision: 8-bit RGB, row by row from the top left. */
import { ApexError } from "../../contract/errors.ts";
import { resample, type Plane } from "./resample.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** width * height * 3 bytes: R, G, B of each pixel. */
  readonly rgb: Uint8Array;
}

/** A grey picture: one number a pixel, row by row, 0..255 where not said otherwise. */
export type Grey = Plane;

/** No picture with more pixels than this is ever decoded: 100 megapixels. */
export const MAX_PIXELS = 100_000_000;

/** Luma of ITU-R BT.601, 0..255, not rounded (a grey picture keeps its values exactly). */
export function toGrey(picture: Picture): Grey {
  const { width, height, rgb } = picture;
  const data = new Float32Array(width * height);
  for (let i = 0, j = 0; i < data.length; i++, j += 3) {
    data[i] = (299 * rgb[j] + 587 * rgb[j + 1] + 114 * rgb[j + 2]) / 1000;
  }
  return { width, height, data };
}

/** A part of a picture, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts a box out of a picture.
 * @throws ApexError shape-mismatch when the box leaves the picture.
 */
export function cut(picture: Picture, box: Box): Picture {
  const { left, top, width, height } = box;
  const whole = [left, top, width, height].every(Number.isInteger) && left >= 0 && top >= 0 && width > 0 && height > 0;
  if (!whole || left + width > picture.width || top + height > picture.height) {
    throw new ApexError(
      "shape-mismatch",
      `A box of ${width} x ${height} pixels at (${left}, ${top}) does not lie inside a picture of ${picture.width} x ${picture.height}.`,
    );
  }
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 3;
    rgb.set(picture.rgb.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, rgb };
}

/**
 * Resizes to exactly width x height (the shape is not kept when the ratio differs), with a triangle filter that widens
 * when shrinking: no aliasing, no ringing, and the same bytes on every machine.
 */
export function resize(picture: Picture, to: { readonly width: number; readonly height: number }): Picture {
  const { width, height } = to;
  if (picture.width === width && picture.height === height) return picture;
  const rgb = new Uint8Array(width * height * 3);
  for (let channel = 0; channel < 3; channel++) {
    const data = new Float32Array(picture.width * picture.height);
    for (let i = 0; i < data.length; i++) data[i] = picture.rgb[3 * i + channel];
    const resized = resample({ width: picture.width, height: picture.height, data }, to);
    for (let i = 0; i < resized.length; i++) rgb[3 * i + channel] = Math.round(resized[i]);
  }
  return { width, height, rgb };
}
