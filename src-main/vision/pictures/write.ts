/** Resizing, and writing PNG. */
import { writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { fromSystemError } from "../../contract/errors.ts";
import type { Picture } from "./picture.ts";

function wrap(picture: Picture): Sharp {
  const { width, height } = picture;
  return sharp(picture.rgb, { raw: { width, height, channels: 3 } });
}

/**
 * Resizes to exactly width x height (the shape is not kept when the ratio differs), with a triangle filter that widens
 * when shrinking: no aliasing, no ringing.
 */
export async function resize(picture: Picture, to: { width: number; height: number }): Promise<Picture> {
  const { width, height } = to;
  if (picture.width === width && picture.height === height) return picture;
  const data = await wrap(picture)
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .raw({ depth: "uchar" })
    .toBuffer();
  return { width, height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** The picture as an 8-bit RGB PNG without metadata; the same pixels give the same bytes. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  return await wrap(picture).png({ compressionLevel: 6, adaptiveFiltering: false, palette: false }).toBuffer();
}

/** @throws ApexError disk-full, read-only */
export async function writePng(path: string, picture: Picture): Promise<void> {
  const bytes = await encodePng(picture);
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw fromSystemError(error, "writing a picture");
  }
}
