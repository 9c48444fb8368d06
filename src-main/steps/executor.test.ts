import { expect, test } from "vitest";
import { DEVICES } from "../contract/devices.ts";
import { blockSize } from "../engine/executors/blocks.ts";
import { add, input, program, value } from "../engine/index.ts";
import { executorFor, installedRuntime } from "./executor.ts";

const x = input("x", [1]);
const sum = program({ inputs: [x], outputs: { y: add(x, 1) } });

test("every device has an executor, named by what computes", () => {
  const names = DEVICES.map((device) => executorFor({ device, runtime: installedRuntime(device), threads: 1 }).name);
  expect(names).toEqual(["onnx-cpu", "onnx-webgpu", "onnx-cuda", "onnx-dml", "onnx-coreml", "tfjs-cpu"]);
});

test("a job that was planned for another runtime is refused", () => {
  expect(() => executorFor({ device: "tfjs", runtime: installedRuntime("cpu"), threads: 1 })).toThrow(
    /planned for onnxruntime-node .*, but @tensorflow\/tfjs-core .* is installed here/,
  );
});

test("a job that was planned for processors of another kind is refused, one for this kind runs", async () => {
  const own = await blockSize();
  const planned = { device: "cpu", runtime: installedRuntime(), threads: 1 } as const;
  await using session = await executorFor({ ...planned, block: own }).compile(sum);
  expect([...(await session.run({ x: value(Float32Array.of(2), [1]) })).y.data]).toEqual([3]);
  await expect(executorFor({ ...planned, block: own + 1 }).compile(sum)).rejects.toMatchObject({
    code: "run-invalid",
    message: expect.stringContaining(`compute ${own + 1} channels at a time, but this one computes ${own}`),
  });
});
