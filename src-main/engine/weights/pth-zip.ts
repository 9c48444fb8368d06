/** The parts of a zip file that PyTorch writes: entries stored as they are, found through the directory at the end. */
import { crc32 } from "node:zlib";

/** Why the bytes are refused; the reader of weights (pth.ts) makes a sentence of it. */
export type Refuse = (reason: string) => never;

const END = { signature: 0x06054b50, bytes: 22 } as const;
const END64 = { signature: 0x06064b50, bytes: 56 } as const;
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 } as const;
const ENTRY = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;

/** In 32- and 16-bit fields: the number stands in a 64-bit field elsewhere. */
const ELSEWHERE_32 = 0xffffffff;
const ELSEWHERE_16 = 0xffff;
const COMMENT_LIMIT = 0xffff;
const ENTRY_LIMIT = 100_000;
const STORED = 0;
const ENCRYPTED = 1;

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly checksum: number;
  readonly offset: number;
}

/** The entries' bytes by name; each is checked against its checksum. They are views of `bytes`, not copies. */
export function readStoredZip(bytes: Uint8Array, refuse: Refuse): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Map<string, Uint8Array>();
  let claimed = 0;
  for (const entry of entries(view, refuse)) {
    if (out.has(entry.name)) refuse(`two of its entries are named "${entry.name}"`);
    const data = content(view, entry, refuse);
    claimed += data.length;
    if (claimed > bytes.length) refuse("its entries overlap");
    if (crc32(data) !== entry.checksum) refuse(`its entry "${entry.name}" does not match its checksum: it is damaged`);
    out.set(entry.name, data);
  }
  return out;
}

interface Directory {
  readonly count: number;
  readonly offset: number;
}

function directory(view: DataView, refuse: Refuse): Directory {
  const least = Math.max(0, view.byteLength - END.bytes - COMMENT_LIMIT);
  for (let at = view.byteLength - END.bytes; at >= least; at--) {
    if (view.getUint32(at, true) !== END.signature) continue;
    const [count, offset] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
    if (count !== ELSEWHERE_16 && offset !== ELSEWHERE_32) return { count, offset };
    return directory64(view, at - LOCATOR64.bytes, refuse);
  }
  return refuse("its directory is missing: it is truncated");
}

function directory64(view: DataView, locator: number, refuse: Refuse): Directory {
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR64.signature) refuse("its directory is malformed");
  const at = whole(view, locator + 8, refuse);
  if (at + END64.bytes > view.byteLength || view.getUint32(at, true) !== END64.signature)
    refuse("its directory is malformed");
  return { count: whole(view, at + 32, refuse), offset: whole(view, at + 48, refuse) };
}

/** A 64-bit number that a file of ours can hold. */
function whole(view: DataView, at: number, refuse: Refuse): number {
  const n = view.getBigUint64(at, true);
  return n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : refuse("its directory is malformed");
}

function entries(view: DataView, refuse: Refuse): readonly Entry[] {
  const { count, offset } = directory(view, refuse);
  if (count > ENTRY_LIMIT) refuse(`it claims ${count} entries`);
  const out: Entry[] = [];
  let at = offset;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY.bytes > view.byteLength || view.getUint32(at, true) !== ENTRY.signature)
      refuse("its directory is malformed");
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + ENTRY.bytes + nameLength + extraLength + commentLength;
    if (next > view.byteLength) refuse("its directory is malformed");
    const name = new TextDecoder().decode(part(view, at + ENTRY.bytes, nameLength));
    if (view.getUint16(at + 10, true) !== STORED) refuse(`its entry "${name}" is compressed, which PyTorch's are not`);
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) refuse(`its entry "${name}" is encrypted`);
    out.push({ name, checksum: view.getUint32(at + 16, true), ...place(view, at, refuse) });
    at = next;
  }
  return out;
}

/** Size and offset of the entry at `at`: in its own fields, or where those are too short, in a field of 64-bit numbers. */
function place(view: DataView, at: number, refuse: Refuse): { readonly size: number; readonly offset: number } {
  const [packed, size, offset] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
  const start = at + ENTRY.bytes + view.getUint16(at + 28, true);
  const end = start + view.getUint16(at + 30, true);
  const long: number[] = [];
  for (let field = start; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    const last = Math.min(end, field + 4 + view.getUint16(field + 2, true));
    for (let n = field + 4; n + 8 <= last; n += 8) long.push(whole(view, n, refuse));
  }
  // The long field holds only those that are elsewhere, in this order.
  const [ownSize, , ownOffset] = [size, packed, offset].map((own) =>
    own === ELSEWHERE_32 ? (long.shift() ?? refuse("its directory is malformed")) : own,
  );
  return { size: ownSize, offset: ownOffset };
}

function content(view: DataView, { name, size, offset }: Entry, refuse: Refuse): Uint8Array {
  if (offset + LOCAL.bytes > view.byteLength || view.getUint32(offset, true) !== LOCAL.signature)
    refuse(`its entry "${name}" is not where its directory says`);
  const start = offset + LOCAL.bytes + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + size > view.byteLength) refuse(`its entry "${name}" lies outside the file, which may be truncated`);
  return part(view, start, size);
}

function part(view: DataView, start: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, length);
}
