/**
 * NumPy's .npy, version 1.0, for float32 arrays in C order (numpy.lib.format's description): readable by every lab's own
 * scripts. Reading is strict: another type, order or version, and a file that is too short or too long, are refused.
 */
import { readFile, writeFile } from "node:fs/promises";
import { ApexError, fromSystemError } from "../../contract/errors.ts";

export interface FloatArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
const PREFIX = MAGIC.length + 2;
/** 2^28 numbers, 1 GiB: far more than any flow or batch of features. */
const MAX_NUMBERS = 2 ** 28;
const DICT =
  /^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(((?:\d{1,10}(?:, \d{1,10})*,?)?)\),? ?\} *\n$/;

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

export function encodeNpy(array: FloatArray): Uint8Array {
  const { shape, data } = array;
  if (product(shape) !== data.length) {
    throw new ApexError(
      "shape-mismatch",
      `An array of shape (${shape.join(", ")}) cannot hold ${data.length} numbers.`,
    );
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const total = Math.ceil((PREFIX + dict.length + 1) / 64) * 64;
  const bytes = new Uint8Array(total + data.length * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(MAGIC.length, total - PREFIX, true);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(total - PREFIX - 1)}\n`), PREFIX);
  for (let i = 0; i < data.length; i++) view.setFloat32(total + i * 4, data[i], true);
  return bytes;
}

/** @throws ApexError file-unreadable, naming the file */
export function decodeNpy(bytes: Uint8Array, file: string): FloatArray {
  const refuse = (why: string): never => {
    throw new ApexError("file-unreadable", `The array ${file} cannot be read: ${why}.`, { file });
  };
  if (bytes.length < PREFIX || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    return refuse("it is no .npy file of version 1.0");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = PREFIX + view.getUint16(MAGIC.length, true);
  if (bytes.length < start) return refuse("it is truncated inside its header");
  const found = DICT.exec(new TextDecoder("latin1").decode(bytes.subarray(PREFIX, start)));
  if (found === null) return refuse("its header is malformed");
  const [, type, fortran, sizes] = found;
  if (type !== "<f4") return refuse(`its numbers are of type ${type}, not float32 (<f4)`);
  if (fortran === "True") return refuse("it is in Fortran order");
  const shape = sizes
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const count = product(shape);
  if (count > MAX_NUMBERS) return refuse("it is larger than 1 GiB");
  if (bytes.length - start !== count * 4) {
    return refuse(`its shape (${shape.join(", ")}) needs ${count * 4} bytes and ${bytes.length - start} are there`);
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = view.getFloat32(start + i * 4, true);
  return { shape, data };
}

/** @throws ApexError disk-full, read-only */
export async function writeNpy(path: string, array: FloatArray): Promise<void> {
  try {
    await writeFile(path, encodeNpy(array));
  } catch (error) {
    throw fromSystemError(error, "writing an array");
  }
}

/** @throws ApexError file-missing, file-unreadable */
export async function readNpy(path: string): Promise<FloatArray> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fromSystemError(error, "reading an array");
  }
  return decodeNpy(bytes, path);
}
