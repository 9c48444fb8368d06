/**
 * Weight files in the safetensors format: 8 bytes of header length, a JSON header of names, dtypes, shapes and offsets,
 * then the numbers. Files come from strangers, so every field is checked before it is used.
 */
import { z } from "zod";
import { ApexError } from "../../contract/errors.ts";
import { type Data, type DType, size, type Value } from "../graph.ts";

export interface WeightFile {
  readonly tensors: ReadonlyMap<string, Value>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The format allows 100 MB; the names of the largest networks here take a few hundred kilobytes. */
const HEADER_LIMIT = 16_000_000;

const CODE = { float32: "F32", int32: "I32", bool: "BOOL" } as const satisfies Record<DType, string>;
const DTYPE: Readonly<Record<string, DType>> = { F32: "float32", I32: "int32", BOOL: "bool" };
const BYTES: Readonly<Record<DType, number>> = { float32: 4, int32: 4, bool: 1 };

const count = z.int().min(0);
const entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(count).max(16),
  data_offsets: z.tuple([count, count]),
});
const metadataShape = z.record(z.string(), z.string());

function refuse(reason: string, cause?: unknown): never {
  throw new ApexError("weights-invalid", `The weights file is not usable: ${reason}.`, { cause });
}

/** A name as a sentence can carry it. */
function clipped(name: string): string {
  return name.length > 80 ? `${name.slice(0, 79)}…` : name;
}

/**
 * Reads a whole file. Throws ApexError `weights-invalid` for anything but a sound safetensors file of F32, I32, BOOL.
 * Tensors of names that `skip` tells are left out, and may be of any type.
 */
export function readSafetensors(bytes: Uint8Array, skip: (name: string) => boolean = () => false): WeightFile {
  const { text, body } = split(bytes);
  const fields = parse(text);
  const tensors = new Map<string, Value>();
  const spans: Span[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (name === "__metadata__") {
      const read = metadataShape.safeParse(field);
      metadata = read.success ? read.data : refuse("its metadata are not texts");
      continue;
    }
    const read = entry.safeParse(field);
    if (!read.success) refuse(`the entry of tensor "${clipped(name)}" is malformed`);
    const {
      dtype: code,
      shape,
      data_offsets: [start, end],
    } = read.data;
    if (end < start || end > body.length)
      refuse(`tensor "${clipped(name)}" lies outside the file, which may be truncated`);
    spans.push({ start, end, name });
    if (skip(name)) continue;
    const dtype = Object.hasOwn(DTYPE, code)
      ? DTYPE[code]
      : refuse(`tensor "${clipped(name)}" is of type ${clipped(code)}, only F32, I32 and BOOL are read`);
    if (size(shape) * BYTES[dtype] !== end - start)
      refuse(`tensor "${clipped(name)}" has ${end - start} bytes, which do not fit [${shape.join(",")}]`);
    tensors.set(name, { shape, dtype, data: decode(new Uint8Array(body.subarray(start, end)), dtype, name) });
  }
  demandTiling(spans, body.length);
  return { tensors, metadata };
}

/**
 * The parts of a file, to be written one after the other: a large file costs no copy. They share the tensors' memory.
 * Equal tensors and metadata give equal bytes. Names are sorted; float64 data are rounded to float32.
 */
export function safetensors(
  tensors: Iterable<readonly [string, Value]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  // A null prototype, so that any name is an ordinary key.
  const fields: Record<string, unknown> = Object.create(null);
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (texts.length > 0) fields.__metadata__ = Object.fromEntries(texts);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (name in fields || name === "__metadata__") refuse(`two tensors are named "${clipped(name)}"`);
    const part = encode(data);
    fields[name] = { dtype: CODE[dtype], shape, data_offsets: [at, at + part.length] };
    parts.push(part);
    at += part.length;
  }
  const text = Buffer.from(JSON.stringify(fields));
  // Padded with spaces so that the numbers start on a multiple of 8.
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, " ");
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...parts];
}

/** The whole file. */
export function writeSafetensors(...file: Parameters<typeof safetensors>): Uint8Array {
  return Buffer.concat(safetensors(...file));
}

function split(bytes: Uint8Array): { text: Uint8Array; body: Uint8Array } {
  if (bytes.length < 8) refuse("it has fewer than 8 bytes");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > HEADER_LIMIT) refuse(`its header claims ${length} bytes, far more than names and shapes take`);
  const end = 8 + Number(length);
  if (end > bytes.length) refuse("it ends within its header: it is truncated");
  return { text: bytes.subarray(8, end), body: bytes.subarray(end) };
}

function parse(text: Uint8Array): object {
  let json: string;
  let parsed: unknown;
  try {
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
    parsed = JSON.parse(json);
  } catch (error) {
    return refuse("its header is no JSON", error);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    return refuse("its header is no JSON object");
  demandDistinctNames(json);
  return parsed;
}

/** JSON.parse keeps the last of equal keys in silence; so the keys of the outer object are read once more. */
function demandDistinctNames(json: string): void {
  const seen = new Set<string>();
  let depth = 0;
  // Character by character: what is known to be JSON needs no more, and no length of it fills a stack.
  for (let at = 0; at < json.length; at++) {
    const c = json[at];
    if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") depth--;
    else if (c === '"') {
      const start = at;
      for (at++; json[at] !== '"'; at++) if (json[at] === "\\") at++;
      let next = at + 1;
      while (" \t\n\r".includes(json[next])) next++;
      if (depth !== 1 || json[next] !== ":") continue;
      const name: string = JSON.parse(json.slice(start, at + 1));
      if (seen.has(name)) refuse(`two tensors are named "${clipped(name)}"`);
      seen.add(name);
    }
  }
}

/** Every byte belongs to exactly one tensor: the format allows no overlap, no hole and no tail. */
function demandTiling(spans: readonly Span[], length: number): void {
  let at = 0;
  for (const { start, end, name } of spans.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) refuse(`tensor "${clipped(name)}" overlaps another`);
    if (start > at) refuse(`there are ${start - at} unclaimed bytes before tensor "${clipped(name)}"`);
    at = end;
  }
  if (at !== length) refuse(`there are ${length - at} unclaimed bytes at its end`);
}

function decode(bytes: Uint8Array, dtype: DType, name: string): Data {
  // The bytes are a fresh copy, so they start at offset 0 of their buffer, aligned for every type. Little-endian, as
  // is every platform that Node runs on.
  switch (dtype) {
    case "float32":
      return new Float32Array(bytes.buffer);
    case "int32":
      return new Int32Array(bytes.buffer);
    case "bool":
      return bytes.every((x) => x <= 1)
        ? bytes
        : refuse(`tensor "${clipped(name)}" is BOOL but holds bytes other than 0 and 1`);
  }
}

function encode(data: Data): Uint8Array {
  const stored = data instanceof Float64Array ? Float32Array.from(data) : data;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
