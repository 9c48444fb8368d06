/** Pictures for the screen: as they are where a browser can show them and no size is asked for, else as JPEG or PNG. */
import { readFile, stat } from "node:fs/promises";
import sharp from "sharp";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { decodePicture } from "../../vision/pictures/read.ts";
import type { Picture } from "../../vision/pictures/picture.ts";

export interface Encoded {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file that a page may ask for as it is: larger ones are shown at a bounded size instead. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_WIDTH = 4096;
/** No chroma subsampling: at the size of a thumbnail it blurs lips and brows. */
const JPEG = { quality: 88, chromaSubsampling: "4:4:4" } as const;

/** What browsers show by themselves, told by its first bytes. TIFF and BMP are converted. */
const SHOWN: readonly (readonly [type: string, magic: readonly number[]])[] = [
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

// One thread a picture: many small ones are what a grid asks for, and trainings want the cores.
sharp.concurrency(1);
sharp.cache(false);

/** `width`: at most this many pixels wide; never enlarged. Errors: `file-missing`, `file-unreadable`, naming the file. */
export async function encodeFile(file: string, width: number | null): Promise<Encoded> {
  const bytes = await load(file);
  const shown = SHOWN.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte));
  if (width === null && shown !== undefined && bytes.length <= MOST_BYTES) return { type: shown[0], bytes };
  const picture = await decodePicture(bytes);
  if ("reason" in picture)
    throw new ApexError("file-unreadable", `The picture ${file} cannot be shown: ${picture.reason}.`, { file });
  // A small JPEG for a grid; for a close look nothing is lost.
  return encodePicture(picture, width, width === null ? "png" : "jpeg");
}

export async function encodePicture(picture: Picture, width: number | null, as: "png" | "jpeg"): Promise<Encoded> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const resized = sharp(picture.rgb, { raw }).resize({ width: width ?? MOST_WIDTH, withoutEnlargement: true });
  const bytes = await (as === "png" ? resized.png({ compressionLevel: 3 }) : resized.jpeg(JPEG)).toBuffer();
  return { type: `image/${as}`, bytes: new Uint8Array(bytes) };
}

/** Decoding has limits of its own (vision/pictures); reading needs one too. */
const MOST_LOADED = 512 * 1024 * 1024;

async function load(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(file);
    if (size > MOST_LOADED)
      throw new ApexError("file-unreadable", `The picture ${file} is too large to be shown.`, { file });
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw fromSystemError(error, "reading a picture");
  }
}
