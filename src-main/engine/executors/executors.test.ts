import { describe, expect, test } from "vitest";
import * as b from "../build/index.ts";
import { grad } from "../grad.ts";
import { value } from "../graph.ts";
import { type Program, program } from "../program.ts";
import { Random } from "../random.ts";
import { kaimingNormal } from "../init.ts";
import { onnxExecutor } from "./onnx.ts";
import { referenceExecutor } from "./reference.ts";
import { tfjsExecutor } from "./tfjs/executor.ts";

const EXECUTORS = [referenceExecutor(), onnxExecutor(), tfjsExecutor({ backend: "cpu" })];

const vector = (...x: number[]) => value(Float32Array.from(x), [x.length]);

function doubled(): Program {
  const x = b.input("x", [2]);
  return program({ inputs: [x], outputs: { y: b.mul(x, 2) } });
}

describe.each(EXECUTORS)("the executor $name", (executor) => {
  test("runs a program, and again with other numbers", async () => {
    await using session = await executor.compile(doubled());
    expect([...(await session.run({ x: vector(1, 2) })).y.data]).toEqual([2, 4]);
    expect([...(await session.run({ x: vector(3, 4) })).y.data]).toEqual([6, 8]);
  });

  test("gives inputs, constants and shared tensors back under every name asked for", async () => {
    const x = b.input("scalar 1", [2]);
    const y = b.add(x, 1);
    const outputs = { "t:0": x, again: x, y, twin: y, c: b.constant([5], [1]), fold: b.reduceSum(y, []) };
    await using session = await executor.compile(program({ inputs: [x], outputs }));
    const results = await session.run({ "scalar 1": vector(1, 2) });
    expect(Object.keys(results)).toEqual(Object.keys(outputs));
    expect(Object.values(results).map((v) => [...v.data])).toEqual([[1, 2], [1, 2], [2, 3], [2, 3], [5], [2, 3]]);
  });

  test("takes and gives whole numbers and truth values", async () => {
    const i = b.input("i", [3], "int32");
    const yes = b.input("yes", [3], "bool");
    const outputs = { same: b.equal(i, b.constant([2], [1], "int32")), one: b.cast(yes, "int32") };
    await using session = await executor.compile(program({ inputs: [i, yes], outputs }));
    const feeds = {
      i: value(Int32Array.of(1, 2, 3), [3], "int32"),
      yes: value(Uint8Array.of(0, 1, 1), [3], "bool"),
    };
    const { same, one } = await session.run(feeds);
    expect([same.dtype, one.dtype]).toEqual(["bool", "int32"]);
    expect([[...same.data], [...one.data]]).toEqual([
      [0, 1, 0],
      [0, 1, 1],
    ]);
  });

  test.each([
    ["a missing feed", {}, 'The input "x" ('],
    ["an unknown feed", { x: vector(1, 2), z: vector(1) }, 'no input named "z"'],
    ["a feed of another shape", { x: vector(1, 2, 3) }, "but float32[3] was fed"],
    ["a feed of another dtype", { x: value(Int32Array.of(1, 2), [2], "int32") }, "but int32[2] was fed"],
  ])("refuses %s", async (_name, feeds, message) => {
    await using session = await executor.compile(doubled());
    await expect(session.run(feeds)).rejects.toThrow(
      expect.objectContaining({ code: "shape-mismatch", message: expect.stringContaining(message) }),
    );
  });

  test("verifies at every compile", async () => {
    const faulty = program({ inputs: [b.input("idle", [1])], outputs: { y: b.scalar(1) } });
    await expect(executor.compile(faulty)).rejects.toThrow(expect.objectContaining({ code: "graph-invalid" }));
  });

  test("an index outside the rows is a fault of the run", async () => {
    const [x, i] = [b.input("x", [2]), b.input("i", [1], "int32")];
    await using session = await executor.compile(program({ inputs: [x, i], outputs: { y: b.gather(x, i) } }));
    const feeds = { x: vector(1, 2), i: value(Int32Array.of(7), [1], "int32") };
    await expect(session.run(feeds)).rejects.toThrow(
      expect.objectContaining({
        code: "executor-failed",
        message: expect.stringMatching(/gather at executors\/executors\.test\.ts:\d+/),
      }),
    );
  });
});

/** At kinks and ties the gradient is a matter of choice; the choice is the same everywhere. */
describe.each(EXECUTORS)("ties on $name", (executor) => {
  test.each([
    ["ReLU at 0", [0, -1, 2], [0, 0, 1], b.relu],
    ["the absolute value at 0", [0, -1], [0, -1], b.abs],
    ["equal operands of a maximum", [3, 1], [0.5, 0], (x: ReturnType<typeof b.neg>) => b.maximum(x, 3)],
    ["equal maxima", [2, 2, 1, 2], [1 / 3, 1 / 3, 0, 1 / 3], (x: ReturnType<typeof b.neg>) => b.reduceMax(x)],
    [
      "equal maxima in a pool",
      [2, 2, 1, 2],
      [1, 0, 0, 0],
      (x: ReturnType<typeof b.neg>) => b.maxPool2d(b.reshape(x, [1, 1, 2, 2]), { kernel: 2 }),
    ],
  ] as const)("%s", async (...[, numbers, want, build]) => {
    const x = b.input("x", [numbers.length]);
    const [g] = grad(b.reduceSum(build(x)), [x]);
    const y = b.reduceSum(x);
    await using session = await executor.compile(program({ inputs: [x], outputs: { g, y } }));
    const { g: have } = await session.run({ x: vector(...numbers) });
    expect([...have.data].map((n) => n.toFixed(5))).toEqual(want.map((n) => n.toFixed(5)));
  });
});

/** Large enough for every kernel to use its threads. */
function convolutionStep(): Program {
  const [x, w] = [b.input("x", [8, 8, 40, 40]), b.input("w", [16, 8, 3, 3])];
  const rows = b.input("rows", [5000], "int32");
  const y = b.maxPool2d(b.relu(b.conv2d(x, w, { padding: 1 })), { kernel: 3, stride: 2, padding: 1 });
  const loss = b.mean(b.square(y));
  const [gx, gw] = grad(loss, [x, w]);
  const sums = b.scatterAdd(b.reshape(b.slice(b.reshape(x, [-1]), [0], [50_000]), [5000, 10]), rows, 7);
  return program({ inputs: [x, w, rows], outputs: { loss, gx, gw, sums } });
}

describe("the ONNX executor", () => {
  test("gives bit-equal results for one number of threads, run after run and session after session", async () => {
    const random = new Random(1);
    const feeds = {
      x: kaimingNormal(random, [8, 8, 40, 40]),
      w: kaimingNormal(random, [16, 8, 3, 3]),
      rows: value(
        Int32Array.from({ length: 5000 }, () => random.integer(7)),
        [5000],
        "int32",
      ),
    };
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      await using session = await onnxExecutor({ threads: 2 }).compile(convolutionStep());
      for (let k = 0; k < 3; k++) {
        const results = Object.values(await session.run(feeds));
        seen.add(
          results
            .map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"))
            .join(),
        );
      }
    }
    expect(seen.size).toBe(1);
  });

  test("shares a session among equal programs, until the last of its holders is done", async () => {
    const executor = onnxExecutor();
    const first = await executor.compile(doubled());
    const second = await executor.compile(doubled());
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await expect(first.run({ x: vector(1, 2) })).rejects.toThrow(/disposed/);
    expect([...(await second.run({ x: vector(1, 2) })).y.data]).toEqual([2, 4]);
    await second[Symbol.asyncDispose]();
    await using third = await executor.compile(doubled());
    expect([...(await third.run({ x: vector(1, 2) })).y.data]).toEqual([2, 4]);
  });

  test("names what onnxruntime refuses as a fault of the executor, in a sentence", async () => {
    const x = b.input("x", [1, 1]);
    // A product of 2^20 by 2^20 numbers: no machine holds it.
    const wide = b.broadcast(x, [2 ** 20, 1]);
    const huge = program({ inputs: [x], outputs: { y: b.matmul(wide, b.broadcast(x, [1, 2 ** 20])) } });
    const run = async () => {
      await using session = await onnxExecutor().compile(huge);
      await session.run({ x: value(Float32Array.of(1), [1, 1]) });
    };
    await expect(run()).rejects.toThrow(
      expect.objectContaining({ code: "out-of-memory", message: expect.stringContaining("smaller batches") }),
    );
  });
});
