/** Width and height of a picture, off its header. */
import { open } from "node:fs/promises";
import sharp from "sharp";
import { bmpHeader, isBmp } from "../../vision/pictures/bmp.ts";

/** More than the header of any bitmap, palette included. */
const HEAD_BYTES = 4096;

/** After EXIF orientation, in pixels; null where the file is gone or is no picture. */
export async function pictureSize(file: string): Promise<[number, number] | null> {
  try {
    const head = await firstBytes(file);
    if (isBmp(head)) {
      const header = bmpHeader(head);
      return "reason" in header ? null : [header.width, header.height];
    }
    const { autoOrient } = await sharp(file).metadata();
    return [autoOrient.width, autoOrient.height];
  } catch {
    return null; // whoever needs the picture itself is told what is wrong with it
  }
}

async function firstBytes(file: string): Promise<Uint8Array> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}
