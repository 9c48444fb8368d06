/**
 * Windows bitmaps (BITMAPINFOHEADER and later), the form of SMIC's cropped frames, which sharp's binaries cannot read.
 * Only what cameras and tools write: uncompressed, 8-bit palette, 24-bit, or 32-bit (fourth byte ignored). Strict: every
 * offset and size is checked against the file before a pixel is touched.
 */
import { MAX_PIXELS, type Picture } from "./picture.ts";

const FILE_HEADER = 14;
const INFO_HEADER = 40;
const COMPRESSION_NONE = 0;
const COMPRESSION_BITFIELDS = 3;

export function isBmp(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x42 && bytes[1] === 0x4d;
}

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a pixel: 8, 24 or 32. */
  readonly bits: 8 | 24 | 32;
  readonly bottomUp: boolean;
  readonly pixelsAt: number;
  readonly paletteAt: number;
  readonly paletteSize: number;
}

const bad = (reason: string) => ({ reason });

/** The header's facts, or why the file cannot be read, as the second half of a sentence. */
export function bmpHeader(bytes: Uint8Array): BmpHeader | { readonly reason: string } {
  if (!isBmp(bytes)) return bad("it is no bitmap");
  if (bytes.length < FILE_HEADER + INFO_HEADER) return bad("it is truncated: its bitmap header is not whole");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelsAt = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  if (headerSize < INFO_HEADER || headerSize > 124) return bad(`its bitmap header of ${headerSize} bytes is unknown`);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1) return bad(`its size ${width} x ${signedHeight} makes no sense`);
  if (width * height > MAX_PIXELS) return bad(tooLarge(width, height));
  if (view.getUint16(26, true) !== 1) return bad("its bitmap has more than one plane");
  const bits = view.getUint16(28, true);
  if (bits !== 8 && bits !== 24 && bits !== 32) return bad(`bitmaps of ${bits} bits a pixel are not read`);
  const compression = view.getUint32(30, true);
  if (compression !== COMPRESSION_NONE && !(bits === 32 && compression === COMPRESSION_BITFIELDS)) {
    return bad("compressed bitmaps are not read");
  }
  let paletteAt = FILE_HEADER + headerSize;
  if (compression === COMPRESSION_BITFIELDS) {
    if (bytes.length < FILE_HEADER + INFO_HEADER + 12) return bad("it is truncated: its colour masks are missing");
    // The masks follow the first 40 bytes: inside a later header, behind the oldest one.
    const masks = [54, 58, 62].map((at) => view.getUint32(at, true));
    if (masks[0] !== 0xff0000 || masks[1] !== 0xff00 || masks[2] !== 0xff) {
      return bad("bitmaps with unusual colour masks are not read");
    }
    if (headerSize === INFO_HEADER) paletteAt += 12;
  }
  const stated = view.getUint32(46, true);
  const paletteSize = bits === 8 ? stated || 256 : 0;
  if (paletteSize > 256) return bad(`its palette of ${paletteSize} colours is impossible`);
  if (pixelsAt < paletteAt + paletteSize * 4) return bad("its pixels overlap its header");
  const needed = pixelsAt + rowBytes(width, bits) * height;
  if (bytes.length < needed) return bad(`it is truncated: ${bytes.length} of ${needed} bytes are there`);
  return { width, height, bits, bottomUp: signedHeight > 0, pixelsAt, paletteAt, paletteSize };
}

export function tooLarge(width: number, height: number): string {
  return `it has ${width} x ${height} pixels, more than the limit of ${MAX_PIXELS / 1e6} megapixels`;
}

function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** The picture, or why the file cannot be read, as the second half of a sentence. */
export function decodeBmp(bytes: Uint8Array): Picture | { readonly reason: string } {
  const header = bmpHeader(bytes);
  if ("reason" in header) return header;
  const { width, height, bits, paletteAt, paletteSize } = header;
  const stride = rowBytes(width, bits);
  const step = bits / 8;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, out = 0; y < height; y++) {
    let at = header.pixelsAt + stride * (header.bottomUp ? height - 1 - y : y);
    for (let x = 0; x < width; x++, at += step, out += 3) {
      let blue = at;
      if (bits === 8) {
        if (bytes[at] >= paletteSize) return { reason: `pixel (${x}, ${y}) names a colour outside the palette` };
        blue = paletteAt + bytes[at] * 4;
      }
      rgb[out] = bytes[blue + 2];
      rgb[out + 1] = bytes[blue + 1];
      rgb[out + 2] = bytes[blue];
    }
  }
  return { width, height, rgb };
}

/** A 24-bit uncompressed bitmap, bottom row first, as Windows tools write it. */
export function encodeBmp(picture: Picture): Uint8Array {
  const { width, height, rgb } = picture;
  const stride = rowBytes(width, 24);
  const bytes = new Uint8Array(FILE_HEADER + INFO_HEADER + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, FILE_HEADER + INFO_HEADER, true);
  view.setUint32(14, INFO_HEADER, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, stride * height, true);
  for (let y = 0, from = 0; y < height; y++) {
    let at = FILE_HEADER + INFO_HEADER + stride * (height - 1 - y);
    for (let x = 0; x < width; x++, from += 3, at += 3) {
      bytes[at] = rgb[from + 2];
      bytes[at + 1] = rgb[from + 1];
      bytes[at + 2] = rgb[from];
    }
  }
  return bytes;
}
