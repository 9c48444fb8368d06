/** Files as PyTorch writes them, made by hand: for tests of what reads them. */
import { crc32 } from "node:zlib";
import { size, type Value } from "../graph.ts";

export type Parts = readonly (readonly [name: string, bytes: Uint8Array])[];

interface ZipOptions {
  /** 0: stored as it is. */
  readonly method?: number;
  readonly flags?: number;
}

/** A zip file of entries that are not compressed, whatever its fields claim. */
export function storedZip(parts: Parts, { method = 0, flags = 0 }: ZipOptions = {}): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of parts) {
    const text = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(text.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, text, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, rest, text]));
    locals.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

export const op = (...bytes: readonly number[]): Buffer => Buffer.from(bytes);

export const text = (x: string): Buffer => {
  const bytes = Buffer.from(x);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([op(0x58), length, bytes]);
};

export const number = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(n);
  return Buffer.concat([op(0x4a), bytes]);
};

export const named = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);

export const tuple = (items: readonly Uint8Array[]): Buffer => Buffer.concat([op(0x28), ...items, op(0x74)]);

export interface TensorParts {
  readonly storage: string;
  readonly key: string;
  /** Of the storage. */
  readonly count: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function tensorCall({ storage, key, count, offset = 0, shape, strides }: TensorParts): Buffer {
  const id = tuple([text("storage"), named("torch", storage), text(key), text("cpu"), number(count)]);
  return Buffer.concat([
    named("torch._utils", "_rebuild_tensor_v2"),
    tuple([
      Buffer.concat([id, op(0x51)]),
      number(offset),
      tuple(shape.map(number)),
      tuple(strides.map(number)),
      op(0x89),
      Buffer.concat([named("collections", "OrderedDict"), op(0x29, 0x52)]),
    ]),
    op(0x52),
  ]);
}

/** A pickle of a dict. */
export const dictOf = (entries: readonly (readonly [string, Uint8Array])[]): Buffer =>
  Buffer.concat([
    op(0x80, 2, 0x7d, 0x28),
    ...entries.map(([name, value]) => Buffer.concat([text(name), value])),
    op(0x75, 0x2e),
  ]);

/** A state dict of float32 tensors. */
export function writePth(tensors: Iterable<readonly [string, Value]>): Uint8Array {
  const all = [...tensors];
  const calls = all.map(([name, { shape }], i) => {
    const strides = shape.map((_, axis) => size(shape.slice(axis + 1)));
    return [name, tensorCall({ storage: "FloatStorage", key: `${i}`, count: size(shape), shape, strides })] as const;
  });
  return storedZip([
    ["archive/data.pkl", dictOf(calls)],
    ...all.map(([, { data }], i) => {
      const floats = Float32Array.from(data);
      return [`archive/data/${i}`, new Uint8Array(floats.buffer)] as const;
    }),
    ["archive/version", Buffer.from("3\n")],
  ]);
}
