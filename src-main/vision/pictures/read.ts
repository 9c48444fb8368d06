/**
 * Reading pictures of unknown origin. Accepted: JPEG, PNG, WebP, TIFF, GIF (first picture of several) and BMP, told by
 * their first bytes, never by their names; SVG and all else is refused. What is read becomes 8-bit RGB as a person sees
 * it: EXIF orientation applied (browsers apply it too), an embedded colour profile honoured, grey spread over three
 * channels, CMYK converted, 16 bits scaled to 8, transparency laid over black (masked face crops are black around).
 */
import { readFile, stat } from "node:fs/promises";
import sharp, { type Metadata, type Sharp } from "sharp";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { bmpHeader, decodeBmp, isBmp, tooLarge } from "./bmp.ts";
import { MAX_PIXELS, type Picture } from "./picture.ts";

export type Probe =
  | {
      readonly ok: true;
      /** In pixels, after EXIF orientation. */
      readonly width: number;
      readonly height: number;
      /** As stored: channels including alpha, sharp's names for the sample type ("uchar", "ushort") and colour space. */
      readonly channels: number;
      readonly depth: string;
      readonly space: string;
    }
  | { readonly ok: false; readonly reason: string };

/** 100 megapixels of uncompressed 32-bit pixels and some room for headers. */
const MAX_BYTES = MAX_PIXELS * 4 + (1 << 20);

/**
 * Says whether a picture can be read, and decodes it to the last row to know (a truncated file is noticed). Costs about
 * one decode; nothing is kept. `reason` is the second half of a sentence: "it is truncated ...".
 * @throws only what is a fault of the machine, never of the file.
 */
export async function probePicture(path: string): Promise<Probe> {
  const loaded = await load(path);
  if ("reason" in loaded) return { ok: false, reason: loaded.reason };
  const { bytes } = loaded;
  if (isBmp(bytes)) {
    const header = bmpHeader(bytes);
    if ("reason" in header) return { ok: false, reason: header.reason };
    const { width, height } = header;
    return { ok: true, width, height, channels: header.bits === 32 ? 4 : 3, depth: "uchar", space: "srgb" };
  }
  const facts = await inspect(bytes);
  if ("reason" in facts) return { ok: false, reason: facts.reason };
  try {
    // A tiny result that still needs every row: JPEG decodes at an eighth, and nothing big is held.
    await open(bytes).resize(8, 8, { fit: "fill", kernel: "linear" }).raw({ depth: "uchar" }).toBuffer();
  } catch (error) {
    return { ok: false, reason: damaged(error) };
  }
  return { ok: true, ...facts };
}

/**
 * Reads a picture as 8-bit RGB (the rules are at the top of this file).
 * @throws ApexError file-missing or file-unreadable, naming the file.
 */
export async function readPicture(path: string): Promise<Picture> {
  const loaded = await load(path);
  const picture = "reason" in loaded ? loaded : await decodePicture(loaded.bytes);
  if (!("reason" in picture)) return picture;
  const code = "missing" in loaded && loaded.missing ? "file-missing" : "file-unreadable";
  throw new ApexError(code, `The picture ${path} cannot be read: ${picture.reason}.`, { file: path });
}

/** As readPicture, from bytes; a fault of the bytes comes back as a reason. */
export async function decodePicture(bytes: Uint8Array): Promise<Picture | { readonly reason: string }> {
  if (isBmp(bytes)) return decodeBmp(bytes);
  const facts = await inspect(bytes);
  if ("reason" in facts) return facts;
  try {
    const { data, info } = await open(bytes)
      .autoOrient()
      .flatten({ background: "#000" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 3) return { width, height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) rgb.fill(data[i * channels], i * 3, i * 3 + 3);
    return { width, height, rgb };
  } catch (error) {
    return { reason: damaged(error) };
  }
}

function open(bytes: Uint8Array): Sharp {
  // "error" also covers "truncated"; mere warnings (stray bytes between JPEG markers) are common in old releases.
  return sharp(bytes, { failOn: "error", limitInputPixels: MAX_PIXELS, sequentialRead: true });
}

type Loaded = { readonly bytes: Buffer } | { readonly reason: string; readonly missing: boolean };

async function load(path: string): Promise<Loaded> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return { reason: "it is no file", missing: false };
    if (facts.size > MAX_BYTES)
      return { reason: `it is larger than ${Math.round(MAX_BYTES / 1e6)} MB`, missing: false };
    return { bytes: await readFile(path) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return { reason: "there is no such file", missing: true };
    if (code === "EACCES" || code === "EPERM") return { reason: "reading it is not allowed", missing: false };
    throw fromSystemError(error, "reading a picture");
  }
}

const MAGIC: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff], // JPEG
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], // PNG
  [0x52, 0x49, 0x46, 0x46], // RIFF: WebP
  [0x49, 0x49, 0x2a, 0x00], // TIFF, little endian
  [0x4d, 0x4d, 0x00, 0x2a], // TIFF, big endian
  [0x47, 0x49, 0x46, 0x38], // GIF
];

interface Facts {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: string;
  readonly space: string;
}

/** Header facts, checked: a known format, within the limits, of a sample type that can be converted. */
async function inspect(bytes: Uint8Array): Promise<Facts | { readonly reason: string }> {
  if (bytes.length === 0) return { reason: "it is empty" };
  if (!MAGIC.some((magic) => magic.every((byte, i) => bytes[i] === byte))) {
    return { reason: "it is not a picture (JPEG, PNG, BMP, TIFF, WebP or GIF)" };
  }
  let meta: Metadata;
  try {
    meta = await sharp(bytes, { failOn: "error", limitInputPixels: false }).metadata();
  } catch (error) {
    return { reason: damaged(error) };
  }
  const { width, height, channels, depth, space } = meta;
  if (width * height > MAX_PIXELS) return { reason: tooLarge(width, height) };
  if (depth !== "uchar" && depth !== "ushort") {
    return { reason: `its samples are of type ${depth}; only 8 and 16 bits can be converted` };
  }
  const { autoOrient } = meta;
  return { width: autoOrient.width, height: autoOrient.height, channels, depth, space };
}

function damaged(error: unknown): string {
  const words = error instanceof Error ? error.message.trim().split("\n")[0] : String(error);
  return `it is truncated or damaged (${words})`;
}
