/**
 * PyTorch's own weight files as torch.save writes them since version 1.6: a zip file with a pickle that lists tensors
 * and one entry of numbers for each. The pickle is read, never executed (pth-pickle.ts).
 */
import { ApexError } from "../../contract/errors.ts";
import { type Data, type DType, size, type Value } from "../graph.ts";
import { readPickle } from "./pth-pickle.ts";
import { isKind, type TensorRecord } from "./pth-records.ts";
import { readStoredZip } from "./pth-zip.ts";

function refuse(reason: string): never {
  throw new ApexError("weights-invalid", `The weights file is not usable: ${reason}.`);
}

const ZIP = [0x50, 0x4b];
const PICKLE = 0x80;
/** Where a tar file says what it is. */
const TAR = { at: 257, text: "ustar" } as const;

/** Tensors' numbers for each byte of the file, at most. */
const MOST_SHARED = 4;

/** By its first bytes: PyTorch's format, or one that PyTorch wrote before it. A safetensors file is neither. */
export function isPth(bytes: Uint8Array): boolean {
  return ZIP.every((byte, i) => bytes[i] === byte) || oldFormat(bytes) !== null;
}

function oldFormat(bytes: Uint8Array): string | null {
  // A safetensors file may begin with 0x80, the lowest byte of its header's length; its ninth byte is then a brace.
  if (bytes[0] === PICKLE && (bytes[1] === 2 || bytes[1] === 3) && bytes[8] !== 0x7b) return "of before version 1.6";
  const marked = [...TAR.text].every((letter, i) => bytes[TAR.at + i] === letter.charCodeAt(0));
  return marked ? "(tar) of before version 0.2" : null;
}

/**
 * Reads a whole file: the tensors of a state dict by name. Floats of other widths become float32; 64-bit integers int32.
 * Throws ApexError `weights-invalid` for a damaged file, an older format, and anything that is no dict of tensors.
 */
export function readPth(bytes: Uint8Array): ReadonlyMap<string, Value> {
  const old = oldFormat(bytes);
  if (old !== null)
    refuse(
      `it is in PyTorch's format ${old}. Save it anew with a later PyTorch: torch.save(torch.load(old, map_location="cpu"), new)`,
    );
  const entries = readStoredZip(bytes, refuse);
  const list = [...entries.keys()].find((name) => name === "data.pkl" || name.endsWith("/data.pkl"));
  if (list === undefined) return refuse("it is a zip file without a list of tensors (data.pkl)");
  const root = list.slice(0, -"data.pkl".length);
  const order = entries.get(`${root}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order) !== "little")
    refuse("its numbers are big-endian, which is not read");

  const dict = readPickle(entries.get(list) ?? new Uint8Array(), refuse);
  if (!isKind(dict, "dict")) return refuse("it holds no dict of tensors: save the network's state_dict() alone");
  const out = new Map<string, Value>();
  let count = 0;
  for (const [name, record] of dict.entries) {
    if (typeof name !== "string") return refuse("its tensors are not all named");
    if (!isKind(record, "tensor"))
      return refuse(`its entry "${name}" is no tensor: save the network's state_dict() alone`);
    const numbers = entries.get(`${root}data/${record.storage.key}`);
    if (numbers === undefined) return refuse(`the numbers of its tensor "${name}" are missing`);
    out.set(name, tensor(name, record, numbers));
    count += size(record.shape);
    // Tensors may share numbers, but not so many that a short file fills the memory.
    if (count > MOST_SHARED * bytes.length) refuse("its tensors share their numbers too often");
  }
  return out;
}

interface Storage {
  readonly dtype: DType;
  readonly bytes: number;
  /** Number `i`, as float32, int32 or bool can hold it; null: it cannot. */
  readonly at: (view: DataView, i: number) => number | null;
}

const exact = (n: bigint): number | null => (BigInt.asIntN(32, n) === n ? Number(n) : null);

const STORAGES: Readonly<Record<string, Storage>> = {
  FloatStorage: { dtype: "float32", bytes: 4, at: (view, i) => view.getFloat32(4 * i, true) },
  DoubleStorage: { dtype: "float32", bytes: 8, at: (view, i) => view.getFloat64(8 * i, true) },
  HalfStorage: { dtype: "float32", bytes: 2, at: (view, i) => half(view.getUint16(2 * i, true)) },
  BFloat16Storage: { dtype: "float32", bytes: 2, at: (view, i) => upperHalf(view.getUint16(2 * i, true)) },
  IntStorage: { dtype: "int32", bytes: 4, at: (view, i) => view.getInt32(4 * i, true) },
  LongStorage: { dtype: "int32", bytes: 8, at: (view, i) => exact(view.getBigInt64(8 * i, true)) },
  BoolStorage: { dtype: "bool", bytes: 1, at: (view, i) => (view.getUint8(i) <= 1 ? view.getUint8(i) : null) },
};

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function tensor(name: string, record: TensorRecord, numbers: Uint8Array): Value {
  const { storage, offset, shape, strides } = record;
  const kind = Object.hasOwn(STORAGES, storage.type)
    ? STORAGES[storage.type]
    : refuse(`its tensor "${name}" is of type ${storage.type.replace("Storage", "")}, which is not read`);
  if (numbers.length !== storage.count * kind.bytes)
    refuse(`its tensor "${name}" should have ${storage.count} numbers, which do not fit ${numbers.length} bytes`);
  const count = size(shape);
  // Without this a short file could claim a tensor of any size, each number of it the same one.
  if (count > storage.count)
    refuse(`its tensor "${name}" [${shape.join(",")}] is larger than its ${storage.count} numbers`);
  const last = count === 0 ? offset : shape.reduce((at, n, axis) => at + (n - 1) * strides[axis], offset);
  if (count > 0 && last >= storage.count) refuse(`its tensor "${name}" reaches beyond its numbers`);

  const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const data: Data = new ARRAYS[kind.dtype](count);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    const n = kind.at(view, at);
    if (n === null) refuse(`its tensor "${name}" holds a number that ${kind.dtype} does not`);
    data[i] = n;
    // One step in row-major order.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { shape, dtype: kind.dtype, data };
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

/** The upper half of a float32. */
function upperHalf(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 2 ** 16);
  return view.getFloat32(0);
}
