import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import { value } from "../graph.ts";
import {
  dictOf,
  named,
  number,
  op,
  storedZip,
  tensorCall,
  type TensorParts,
  text,
  tuple,
  writePth,
} from "../testing/pth.ts";
import { isPth, readPth } from "./pth.ts";
import { writeSafetensors } from "./safetensors.ts";

const saved = (name: string): Uint8Array =>
  readFileSync(path.join(import.meta.dirname, "../../../test/fixtures/raft/pth", `${name}.pth`));

const plain = (bytes: Uint8Array) =>
  [...readPth(bytes)].map(([name, { shape, dtype, data }]) => [name, dtype, [...shape], [...data]]);

/** Written by torch.save of PyTorch 1.13. */
const TENSORS = [
  ["float", "float32", [2, 3], [1.5, -2.25, 3, 0.125, Math.fround(1e-30), -7]],
  ["turned", "float32", [3, 2], [0, 3, 1, 4, 2, 5]],
  ["part", "float32", [3], [2, 4, 6]],
  ["double", "float32", [2], [Math.fround(1 / 3), 2]],
  ["half", "float32", [4], [0.5, -65504, 2 ** -24, Infinity]],
  ["bfloat", "float32", [2], [1, -3.140625]],
  ["int", "int32", [2], [1, -2]],
  ["long", "int32", [], [40000]],
  ["bool", "bool", [2], [1, 0]],
  ["parameter", "float32", [1], [4]],
  ["empty", "float32", [0, 3], []],
  ["shared", "float32", [2, 3], [1.5, -2.25, 3, 0.125, Math.fround(1e-30), -7]],
];

test("what torch.save wrote is read: every width of number, strides, parts, parameters, shared numbers", () => {
  expect(isPth(saved("tensors"))).toBe(true);
  expect(plain(saved("tensors"))).toEqual(TENSORS);
});

test("what is written by hand is read", () => {
  const tensors = [["a.weight", value(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2])]] as const;
  expect(plain(writePth(tensors))).toEqual([["a.weight", "float32", [3, 2], [1, 2, 3, 4, 5, 6]]]);
});

test("a safetensors file is not taken for PyTorch's, whatever the length of its header", () => {
  for (let n = 1; n < 300; n++) {
    const name = "x".repeat(n);
    expect(isPth(writeSafetensors([[name, value(new Float32Array(1), [1])]]))).toBe(false);
  }
});

describe("files that are not a dict of tensors are refused in one sentence", () => {
  const CASES: readonly (readonly [name: string, bytes: Uint8Array, reason: RegExp])[] = [
    ["a whole network", saved("module"), /asks for "torch.nn.modules.conv.Conv2d", and only tensors are read/],
    ["a checkpoint", saved("checkpoint"), /its entry "model" is no tensor: save the network's state_dict\(\) alone/],
    ["PyTorch's older format", saved("old"), /of before version 1.6. Save it anew/],
    ["a tar file", tar(), /\(tar\) of before version 0.2. Save it anew/],
    ["another zip file", storedZip([["word/document.xml", op(1)]]), /without a list of tensors/],
    ["a compressed entry", storedZip([["a/data.pkl", dictOf([])]], { method: 8 }), /"a\/data.pkl" is compressed/],
    ["an encrypted entry", storedZip([["a/data.pkl", dictOf([])]], { flags: 1 }), /"a\/data.pkl" is encrypted/],
    [
      "two entries of one name",
      storedZip([
        ["a", op()],
        ["a", op()],
      ]),
      /two of its entries are named "a"/,
    ],
    ["big-endian numbers", zipped(dictOf([]), ["byteorder", Buffer.from("big")]), /big-endian/],
    ["a list", zipped(op(0x80, 2, 0x5d, 0x2e)), /no dict of tensors/],
    ["no name", zipped(Buffer.concat([op(0x7d), number(1), number(2), op(0x73, 0x2e)])), /not all named/],
    [
      "one name twice",
      zipped(
        dictOf([
          ["a", number(1)],
          ["a", number(1)],
        ]),
      ),
      /two of its entries are named "a"/,
    ],
  ];

  test.each(CASES)("%s", (_, bytes, reason) => {
    expect(() => readPth(bytes)).toThrow(ApexError);
    expect(() => readPth(bytes)).toThrow(reason);
    expect(() => readPth(bytes)).toThrow(/^The weights file is not usable: /);
  });
});

const call = (module: string, name: string): Uint8Array =>
  zipped(Buffer.concat([named(module, name), tuple([text("touch /tmp/owned")]), op(0x52, 0x2e)]));

describe("nothing is executed", () => {
  test.each([
    ["posix", "system"],
    ["builtins", "eval"],
    ["os", "popen"],
    ["torch", "load"],
    ["torch.storage", "_load_from_bytes"],
    ["torch._utils", "_rebuild_tensor"],
    ["collections", "defaultdict"],
  ])("%s.%s is not looked up", (module, name) => {
    expect(() => readPth(call(module, name))).toThrow(`asks for "${module}.${name}", and only tensors are read`);
  });

  test.each([
    ["INST", 0x69],
    ["OBJ", 0x6f],
    ["NEWOBJ", 0x81],
    ["NEWOBJ_EX", 0x92],
    ["EXT1", 0x82],
    ["PERSID", 0x50],
    ["POP", 0x30],
    ["DUP", 0x32],
  ])("the instruction %s is not known", (_, code) => {
    const hex = code.toString(16);
    expect(() => readPth(zipped(op(0x80, 2, 0x7d, code, 0x2e)))).toThrow(`uses the instruction 0x${hex}`);
  });

  test("known names are called with what they take, or not at all", () => {
    const wrong = [
      Buffer.concat([named("collections", "OrderedDict"), tuple([number(1)]), op(0x52, 0x2e)]),
      Buffer.concat([named("torch._utils", "_rebuild_tensor_v2"), tuple([number(1)]), op(0x52, 0x2e)]),
      Buffer.concat([named("torch._utils", "_rebuild_parameter"), tuple([number(1)]), op(0x52, 0x2e)]),
      Buffer.concat([named("torch", "FloatStorage"), tuple([number(1)]), op(0x52, 0x2e)]),
      Buffer.concat([number(1), tuple([]), op(0x52, 0x2e)]),
      Buffer.concat([number(1), op(0x51, 0x2e)]),
      Buffer.concat([number(1), number(1), op(0x62, 0x2e)]),
      Buffer.concat([number(1), number(1), number(1), op(0x73, 0x2e)]),
      op(0x68, 0, 0x2e),
      op(0x74, 0x2e),
      op(0x2e),
      op(0x7d, 0x7d, 0x2e),
      op(0x52, 0x2e),
      op(0x28, 0x2e),
    ];
    for (const pickle of wrong) expect(() => readPth(zipped(pickle))).toThrow(/its list of tensors is malformed/);
  });
});

describe("a tensor that does not fit its numbers is refused", () => {
  const good: TensorParts = { storage: "FloatStorage", key: "0", count: 6, shape: [2, 3], strides: [3, 1] };
  const read = (change: Partial<TensorParts>, bytes: Uint8Array = new Uint8Array(24)) =>
    readPth(zipped(dictOf([["w", tensorCall({ ...good, ...change })]]), ["data/0", bytes]));

  test("the unchanged one is read", () => {
    expect(read({}).get("w")?.shape).toEqual([2, 3]);
  });

  test.each([
    ["more numbers than bytes", { count: 7 }, /should have 7 numbers, which do not fit 24 bytes/],
    ["larger than its storage", { shape: [4, 3], strides: [0, 0] }, /\[4,3\] is larger than its 6 numbers/],
    ["far larger", { shape: [2 ** 30, 2 ** 30], strides: [0, 0] }, /is larger than its 6 numbers/],
    ["an offset beyond", { offset: 1 }, /reaches beyond its numbers/],
    ["strides beyond", { strides: [4, 1] }, /reaches beyond its numbers/],
    ["numbers that are missing", { key: "1" }, /the numbers of its tensor "w" are missing/],
    ["numbers elsewhere", { key: "../0" }, /the numbers of its tensor "w" are missing/],
    ["a type that is not read", { storage: "ComplexFloatStorage" }, /is of type ComplexFloat, which is not read/],
    ["a negative size", { shape: [-2, 3] }, /malformed/],
    ["a size without a stride", { strides: [1] }, /malformed/],
  ] as const)("%s", (_, change, reason) => {
    expect(() => read(change)).toThrow(reason);
  });

  test("a 64-bit integer that int32 does not hold, a truth value that is neither", () => {
    const long = { storage: "LongStorage", count: 1, shape: [], strides: [] };
    expect(() => read(long, op(0, 0, 0, 0, 1, 0, 0, 0))).toThrow(/a number that int32 does not/);
    expect(() => read({ ...long, storage: "BoolStorage" }, op(2))).toThrow(/a number that bool does not/);
  });

  test("many tensors that share their numbers cannot fill the memory", () => {
    const many = Array.from(
      { length: 2000 },
      (_, i) => [`${i}`, tensorCall({ ...good, count: 100_000, shape: [100_000], strides: [1] })] as const,
    );
    const file = zipped(dictOf(many), ["data/0", new Uint8Array(400_000)]);
    expect(() => readPth(file)).toThrow(/share their numbers too often/);
  });
});

/** The tensors, or a refusal; anything else is a fault of the reader. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return plain(bytes);
  } catch (error) {
    if (error instanceof ApexError && error.code === "weights-invalid") return "refused";
    throw error;
  }
}

describe("damage", () => {
  const whole = saved("tensors");

  test("a truncated file is refused at every length", () => {
    for (let n = 0; n < whole.length; n++) expect([n, outcome(whole.subarray(0, n))]).toEqual([n, "refused"]);
  });

  test("a changed byte is seen, or changes nothing", () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const result = outcome(whole.with(at, whole[at] ^ by));
        if (result !== "refused") expect(result).toEqual(TENSORS);
      }),
      { seed: 11, numRuns: 3000 },
    );
  });

  test("a list of any bytes is read or refused", () => {
    const list = dictOf([["w", tensorCall({ storage: "FloatStorage", key: "0", count: 1, shape: [1], strides: [1] })]]);
    const near = fc
      .tuple(fc.nat(list.length - 1), fc.nat(20), fc.uint8Array({ maxLength: 20 }))
      .map(([at, cut, put]) => Buffer.concat([list.subarray(0, at), put, list.subarray(at + cut)]));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 60 })), (pickle) => {
        outcome(zipped(pickle, ["data/0", op(0, 0, 0, 0)]));
      }),
      { seed: 12, numRuns: 3000 },
    );
  });
});

/** A file of PyTorch's with this list of tensors. */
function zipped(pickle: Uint8Array, ...parts: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return storedZip([["a/data.pkl", pickle], ...parts.map(([name, bytes]) => [`a/${name}`, bytes] as const)]);
}

function tar(): Uint8Array {
  const bytes = Buffer.alloc(1024);
  bytes.write("sys_info", 0);
  bytes.write("ustar", 257);
  return bytes;
}
