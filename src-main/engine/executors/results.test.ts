import * as ort from "onnxruntime-node";
import { expect, test } from "vitest";
import * as b from "../build/index.ts";
import { type Value, value } from "../graph.ts";
import { toOnnx } from "../onnx/lower.ts";
import { inputName, outputName, SILENCE } from "../onnx/model.ts";
import { program } from "../program.ts";
import { onnxExecutor } from "./onnx.ts";
import { ResultMemory } from "./results.ts";

const x = b.input("x", [3]);
const squares = program({ inputs: [x], outputs: { y: b.square(x), twice: b.add(x, x), sum: b.reduceSum(x, [0]) } });
const vector = (...numbers: number[]): Value => value(Float32Array.from(numbers), [numbers.length]);
const numbers = (results: Record<string, Value>) => Object.values(results).map(({ data }) => [...data]);

test("results stand beside each other until they are freed; their arrays are then empty, and their memory used again", async () => {
  const executor = onnxExecutor();
  await using session = await executor.compile(squares);
  const first = await session.run({ x: vector(1, 2, 3) });
  const second = await session.run({ x: vector(4, 5, 6) });
  expect(numbers(first)[0]).toEqual([1, 4, 9]);
  executor.free?.(Object.values(first));
  expect(Object.values(first).map(({ data }) => data.length)).toEqual([0, 0, 0]);
  const third = await session.run({ x: second.y });
  expect(numbers(second)).toEqual([[16, 25, 36], [8, 10, 12], [15]]);
  expect(numbers(third)[0]).toEqual([256, 625, 1296]);
});

test("memory that was left is taken again, of the size that fits, once; what came from elsewhere is not", () => {
  const memory = new ResultMemory();
  const buffer = memory.take(4);
  const [own, twin] = [value(new Float32Array(buffer), [1]), value(new Float32Array(buffer), [1])];
  const foreign = value(Float32Array.of(7, 8), [2]);
  memory.give([own, twin, foreign]);
  expect([own, twin, foreign].map(({ data }) => data.length)).toEqual([0, 0, 2]);
  expect(memory.take(8)).not.toBe(foreign.data.buffer);
  expect(memory.take(4)).toBe(buffer);
  expect(memory.take(4)).not.toBe(buffer);
});

test("a silent model writes its results and hands none over, which is what saves the copies", async () => {
  const model = toOnnx(squares, { provider: "cpu", silent: true });
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
  expect(session.outputNames[0]).toBe(SILENCE);
  const into = new Float32Array(3);
  const run = session.run(
    { [inputName("x")]: new ort.Tensor("float32", Float32Array.of(1, 2, 3), [3]) },
    { [SILENCE]: null, [outputName("y")]: new ort.Tensor("float32", into, [3]) },
  );
  await expect(run).rejects.toThrow("Non tensor type");
  expect([...into]).toEqual([1, 4, 9]);
  await session.release();
});
