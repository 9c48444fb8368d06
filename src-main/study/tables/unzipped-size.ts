/**
 * Bounds what a ZIP archive unpacks to before a spreadsheet reader is let loose on it: every entry is inflated under a
 * limit and thrown away, because the sizes that an archive states about itself may lie.
 */
import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MAX_ENTRIES = 10_000;

const bad = (reason: string) => ({ reason });

/** `{ bytes }` unpacked, or why the archive is refused, as the second half of a sentence. */
export function unzippedSize(zip: Buffer, limit: number): { readonly bytes: number } | { readonly reason: string } {
  const end = endOfDirectory(zip);
  if (end === null) return bad("its archive is truncated or damaged");
  const { entries, at: start } = end;
  if (entries > MAX_ENTRIES) return bad(`its archive has ${entries} entries`);
  let bytes = 0;
  let at = start;
  for (let i = 0; i < entries; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== DIRECTORY_ENTRY) return bad("its archive is damaged");
    const size = inflatedSize(zip, { entryAt: at, limit: limit - bytes });
    if (typeof size !== "number") return size;
    bytes += size;
    if (bytes > limit) return tooLarge(limit);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return { bytes };
}

function tooLarge(limit: number): { readonly reason: string } {
  return bad(`it unpacks to more than ${Math.round(limit / 1024 / 1024)} MB`);
}

/** The last record of the file; a comment of up to 64 KiB may follow it. */
function endOfDirectory(zip: Buffer): { entries: number; at: number } | null {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) === END_OF_DIRECTORY) {
      return { entries: zip.readUInt16LE(at + 10), at: zip.readUInt32LE(at + 16) };
    }
  }
  return null;
}

function inflatedSize(zip: Buffer, entry: { entryAt: number; limit: number }): number | { readonly reason: string } {
  const { entryAt, limit } = entry;
  const flags = zip.readUInt16LE(entryAt + 8);
  if ((flags & 1) !== 0) return bad("its archive is encrypted");
  const method = zip.readUInt16LE(entryAt + 10);
  const packed = zip.readUInt32LE(entryAt + 20);
  const local = zip.readUInt32LE(entryAt + 42);
  if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL_HEADER) return bad("its archive is damaged");
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  if (from + packed > zip.length) return bad("its archive is truncated");
  if (method === STORED) return packed;
  if (method !== DEFLATED) return bad(`its archive uses the unknown compression ${method}`);
  try {
    return inflateRawSync(zip.subarray(from, from + packed), { maxOutputLength: Math.max(1, limit) }).length;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(limit) : bad("its archive is truncated or damaged");
  }
}
