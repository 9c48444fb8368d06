import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import { size, type Value, value } from "../graph.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** A file from a header as text and the bytes behind it. */
function file(header: string, body: Uint8Array = new Uint8Array(0), length = Buffer.byteLength(header)): Uint8Array {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([prefix, Buffer.from(header), body]);
}

interface Entry {
  readonly shape?: readonly number[];
  readonly dtype?: string;
}

function entry(from: number, to: number, { shape = [(to - from) / 4], dtype = "F32" }: Entry = {}): string {
  return JSON.stringify({ dtype, shape, data_offsets: [from, to] });
}

const anyTensor: fc.Arbitrary<Value> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    dtype: fc.constantFrom("float32" as const, "int32" as const, "bool" as const),
    seed: fc.integer({ min: -1000, max: 1000 }),
  })
  .map(({ shape, dtype, seed }) => {
    const n = size(shape);
    if (dtype === "float32")
      return value(
        Float32Array.from({ length: n }, (_, i) => (seed + i) / 7),
        shape,
      );
    if (dtype === "int32")
      return value(
        Int32Array.from({ length: n }, (_, i) => seed * i),
        shape,
        dtype,
      );
    return value(
      Uint8Array.from({ length: n }, (_, i) => (seed + i) & 1),
      shape,
      dtype,
    );
  });

const notMetadata = ([name]: readonly [string, Value]): boolean => name !== "__metadata__";

const anyFile = fc.record({
  tensors: fc.uniqueArray(fc.tuple(fc.string({ unit: "binary" }), anyTensor), {
    selector: ([name]) => name,
    maxLength: 5,
  }),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
});

/** Reads a file in whole, or refuses it with a sentence of bearable length. */
function attempt(bytes: Uint8Array): "read" | "refused" {
  try {
    const { tensors } = readSafetensors(bytes);
    const claimed = [...tensors.values()].map(({ data, dtype, shape }) => {
      expect(data.length).toBe(size(shape));
      return dtype === "bool" ? data.length : 4 * data.length;
    });
    const header = Number(Buffer.from(bytes).readBigUInt64LE());
    expect(claimed.reduce((a, b) => a + b, 8 + header)).toBe(bytes.length);
    return "read";
  } catch (error) {
    if (!(error instanceof ApexError) || error.code !== "weights-invalid") throw error;
    expect(error.message).toMatch(/^The weights file is not usable: .{5,400}\.$/s);
    return "refused";
  }
}

describe("safetensors", () => {
  test("what is written is read back", () => {
    fc.assert(
      fc.property(anyFile, ({ tensors, metadata }) => {
        const named = tensors.filter(notMetadata);
        const read = readSafetensors(writeSafetensors(named, metadata));
        expect(new Map(read.tensors)).toEqual(new Map(named));
        expect({ ...read.metadata }).toEqual({ ...metadata });
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("equal content gives equal bytes, in any order", () => {
    const [a, b] = [value(Float32Array.of(1, 2), [2]), value(Int32Array.of(3), [], "int32")];
    const one = writeSafetensors(
      [
        ["a", a],
        ["b", b],
      ],
      { x: "1", y: "2" },
    );
    const other = writeSafetensors(
      [
        ["b", b],
        ["a", a],
      ],
      { y: "2", x: "1" },
    );
    expect(Buffer.compare(one, other)).toBe(0);
  });

  test("the numbers stand where the published format wants them", () => {
    const bytes = writeSafetensors([["w", value(Float32Array.of(1), [1])]]);
    const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    expect(Buffer.from(bytes)).toEqual(Buffer.from(file(header.padEnd(56), Uint8Array.of(0, 0, 128, 63))));
  });

  test.each<[string, string, Uint8Array]>([
    ["no bytes", "fewer than 8 bytes", new Uint8Array(0)],
    ["a header cut short", "truncated", file('{"a":', undefined, 100)],
    ["a huge header", "claims 9000000000 bytes", file("{}", undefined, 9_000_000_000)],
    ["no JSON", "no JSON", file("{oops")],
    ["a list", "no JSON object", file("[]")],
    ["wrong UTF-8", "no JSON", Buffer.concat([file('{"', undefined, 3), Buffer.of(255)])],
    ["data cut short", "truncated", file(`{"a":${entry(0, 8)}}`, new Uint8Array(4))],
    ["overlapping tensors", "overlaps", file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, new Uint8Array(12))],
    ["a hole", "unclaimed bytes before", file(`{"a":${entry(4, 8)}}`, new Uint8Array(8))],
    ["a tail", "unclaimed bytes at its end", file(`{"a":${entry(0, 4)}}`, new Uint8Array(5))],
    ["offsets backwards", "outside the file", file(`{"a":${entry(4, 0, { shape: [1] })}}`, new Uint8Array(4))],
    ["a size that does not fit", "do not fit [3]", file(`{"a":${entry(0, 8, { shape: [3] })}}`, new Uint8Array(8))],
    ["an unread dtype", "of type F16", file(`{"a":${entry(0, 2, { shape: [1], dtype: "F16" })}}`, new Uint8Array(2))],
    [
      "a dtype of every object",
      "of type constructor",
      file(`{"a":${entry(0, 2, { shape: [1], dtype: "constructor" })}}`, new Uint8Array(2)),
    ],
    [
      "one name twice",
      'two tensors are named "a"',
      file(`{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, new Uint8Array(4)),
    ],
    [
      "one name twice, the second far from its colon",
      'two tensors are named "a"',
      file(`{"a":${entry(0, 4)},"a"${" ".repeat(500)}:${entry(0, 4)}}`, new Uint8Array(4)),
    ],
    ["sizes whose product no number holds", "do not fit", file(`{"a":${entry(0, 0, { shape: [2 ** 52, 2 ** 52] })}}`)],
    ["a header of brackets", "no JSON", file("[".repeat(1_000_000))],
    ["a name of a million letters", 'tensor "aaa', file(`{"${"a".repeat(1_000_000)}":${entry(0, 4)}}`)],
    ["negative sizes", "malformed", file(`{"a":${entry(0, 4, { shape: [-1] })}}`, new Uint8Array(4))],
    ["metadata that are no texts", "metadata", file('{"__metadata__":{"a":1}}')],
    [
      "truths of 2",
      "other than 0 and 1",
      file(`{"a":${entry(0, 1, { shape: [1], dtype: "BOOL" })}}`, Uint8Array.of(2)),
    ],
  ])("refuses %s", (_name, message, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(
      expect.objectContaining({ code: "weights-invalid", message: expect.stringContaining(message) }),
    );
  });

  test("refuses to write one name twice", () => {
    const w = value(Float32Array.of(1), [1]);
    expect(() =>
      writeSafetensors([
        ["w", w],
        ["w", w],
      ]),
    ).toThrow(ApexError);
  });

  test("whatever the bytes, it reads them or refuses them with a sentence", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void attempt(bytes)),
      { seed: 3, numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.json(), (json) => void attempt(file(json))),
      { seed: 4, numRuns: 500 },
    );
    const mutation = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyFile, mutation, ({ tensors, metadata }, changes) => {
        const bytes = writeSafetensors(tensors.filter(notMetadata), metadata);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        attempt(bytes);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test("a file that lacks its end, anywhere, is refused", () => {
    fc.assert(
      fc.property(anyFile, fc.nat(), ({ tensors, metadata }, cut) => {
        const bytes = writeSafetensors(tensors.filter(notMetadata), metadata);
        expect(attempt(bytes)).toBe("read");
        expect(attempt(bytes.subarray(0, cut % bytes.length))).toBe("refused");
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  test("tensors that are skipped may be of any type, but not lie outside the file", () => {
    const header = `{"kept":${entry(0, 8)},"count":${entry(8, 16, { dtype: "I64", shape: [] })}}`;
    const bytes = file(header, new Uint8Array(16));
    expect([...readSafetensors(bytes, (name) => name === "count").tensors.keys()]).toEqual(["kept"]);
    expect(() => readSafetensors(bytes)).toThrow(/type I64/);
    expect(() => readSafetensors(bytes.subarray(0, bytes.length - 1), (name) => name === "count")).toThrow(/outside/);
  });
});
