/** The one form in which pictures move through vision: 8-bit RGB, row by row from the top left. */
import { ApexError } from "../../contract/errors.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** width * height * 3 bytes: R, G, B of each pixel. */
  readonly rgb: Uint8Array;
}

/** One number a pixel, row by row; the scale (0..255 here) is the maker's to state. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

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

/** A square of a picture, in its pixels. */
export interface SquareBox {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/**
 * Cuts a square out of a picture.
 * @throws ApexError shape-mismatch when the square leaves the picture.
 */
export function cropSquare(picture: Picture, box: SquareBox): Picture {
  const { left, top, size } = box;
  const whole = [left, top, size].every(Number.isInteger);
  if (!whole || size < 1 || left < 0 || top < 0 || left + size > picture.width || top + size > picture.height) {
    throw new ApexError(
      "shape-mismatch",
      `A square of ${size} pixels at (${left}, ${top}) does not lie inside a picture of ${picture.width} x ${picture.height}.`,
    );
  }
  const rgb = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    const from = ((top + y) * picture.width + left) * 3;
    rgb.set(picture.rgb.subarray(from, from + size * 3), y * size * 3);
  }
  return { width: size, height: size, rgb };
}
