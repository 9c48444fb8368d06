/** Faults of the machine, provoked for real: sentences, never a crash. */
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import * as b from "../build/index.ts";
import { value } from "../graph.ts";
import { toOnnx } from "../onnx/lower.ts";
import { OnnxModel } from "../onnx/model.ts";
import { type Program, program } from "../program.ts";
import { attempt } from "./attempt.ts";
import { onnxExecutor } from "./onnx.ts";
import { referenceExecutor } from "./reference.ts";

const x = b.input("x", [1, 1]);
const one = { x: value(Float32Array.of(1), [1, 1]) };
// A product of 2^20 by 2^20 numbers: no machine holds it.
const huge = program({
  inputs: [x],
  outputs: { y: b.matmul(b.broadcast(x, [2 ** 20, 1]), b.broadcast(x, [1, 2 ** 20])) },
});

const compiled = (model: Uint8Array) =>
  attempt("compiling a program", () =>
    ort.InferenceSession.create(model, { executionProviders: ["cpu"], logSeverityLevel: 4 }),
  );

describe("memory that is not there", () => {
  test.each([referenceExecutor(), onnxExecutor()])(
    "is a sentence of $name with the op and a way out",
    async (executor) => {
      const run = async (): Promise<void> => {
        await using session = await executor.compile(huge);
        await session.run(one);
      };
      await expect(run()).rejects.toThrow(
        expect.objectContaining({
          code: "out-of-memory",
          message: expect.stringMatching(
            /^Memory ran out while running a program, at matmul at executors\/attempt\.test\.ts:\d+: use smaller batches or pictures\.$/,
          ),
          place: { op: expect.stringMatching(/^matmul/) },
        }),
      );
    },
  );

  test("the executor goes on with the next program", async () => {
    const small: Program = program({ inputs: [x], outputs: { y: b.add(x, 1) } });
    const executor = onnxExecutor();
    await using session = await executor.compile(huge);
    await expect(session.run(one)).rejects.toThrow(/Memory ran out/);
    await using next = await executor.compile(small);
    expect([...(await next.run(one)).y.data]).toEqual([2]);
  });

  test.each<[string, () => unknown]>([
    ["a typed array", () => new Float64Array(2 ** 52)],
    ["a buffer", () => new ArrayBuffer(2 ** 52)],
    ["a list", () => Array.from({ length: 2 ** 32 })],
  ])("V8's refusal of %s is the same fault", async (_name, allocate) => {
    await expect(attempt("reading pictures", async () => allocate())).rejects.toThrow(
      expect.objectContaining({ code: "out-of-memory", message: expect.stringMatching(/while reading pictures: use/) }),
    );
  });
});

describe("a model that onnxruntime does not take", () => {
  const bytes = toOnnx(program({ inputs: [x], outputs: { y: b.exp(x) } }), { provider: "cpu" });

  test.each<[string, () => Uint8Array]>([
    ["cut short", () => bytes.subarray(0, bytes.length - 5)],
    ["no model", () => Uint8Array.of(1, 2, 3, 4)],
    ["empty", () => new Uint8Array(0)],
  ])("%s: fails with a sentence", async (_name, model) => {
    await expect(compiled(model())).rejects.toThrow(
      expect.objectContaining({
        code: "executor-failed",
        message: expect.stringMatching(/^The device failed while compiling a program: \S/),
      }),
    );
  });

  test("an op that it lacks is named", async () => {
    const model = new OnnxModel();
    model.origin = "conv9d at models/cnn.ts:31";
    model.output("y", { shape: [1, 1], dtype: "float32" }, model.op("Conv9d", [model.input("x", x)]));
    await expect(compiled(model.encode())).rejects.toThrow(
      expect.objectContaining({ code: "executor-failed", message: expect.stringContaining("Conv9d") }),
    );
  });
});
