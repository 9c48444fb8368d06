/** Writing pictures. */
import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { fromSystemError } from "../../contract/errors.ts";
import type { Picture } from "./picture.ts";

/** The picture as an 8-bit RGB PNG without metadata; the same pixels give the same bytes. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const { width, height, rgb } = picture;
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6, adaptiveFiltering: false, palette: false })
    .toBuffer();
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
