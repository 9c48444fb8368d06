import { describe, expect, it } from "vitest";
import { onnxExecutor } from "../engine/executors/onnx.ts";
import { referenceExecutor } from "../engine/executors/reference.ts";
import { type Executor, grad, input, program, Random, reduceSum, type Value, value } from "../engine/index.ts";
import { softmaxCrossEntropy } from "../engine/index.ts";
import { cnnOf } from "./backbones/cnn.ts";
import { backboneNamed } from "./backbones/table.ts";
import { FLOW_NORMALISER } from "./normaliser.ts";
import { stateName, trainedParameters } from "./programs.ts";
import { sampleSet } from "./samples.ts";
import { createStep, initialState, type State } from "./training/step.ts";

const narrow = cnnOf({ first: 3, second: 4, features: 5 });
const shape = [3, 8, 8] as const;
const random = new Random(5);
const samples = sampleSet({
  shape,
  pixels: Float32Array.from({ length: 7 * 192 }, () => random.uniform()),
  samples: Array.from({ length: 7 }, (_, i) => ({ label: (i * i) % 3, dataset: `d${i % 3}` })),
});

async function step(executor: Executor, rows: number, indices: readonly number[]) {
  const options = {
    backbone: narrow,
    shape,
    batch: rows,
    domains: 3,
    lr: 1e-2,
    weightDecay: 0.1,
    lambda: 0.5,
    brlFrom: 0,
  };
  await using one = await createStep({ ...options, executor, samples, normaliser: FLOW_NORMALISER });
  return await one.run(initialState({ backbone: narrow, shape }, 3), { indices, epoch: 0, step: 1 });
}

function largestDifference(a: State, b: State): number {
  return Math.max(
    ...Array.from(a, ([name, { data }]) => {
      const other = b.get(name)?.data ?? new Float32Array(data.length).fill(Number.NaN);
      return Math.max(...Array.from(data, (x, i) => Math.abs(x - other[i])));
    }),
  );
}

describe("the CNN", () => {
  it("gives the same logits and the same gradient of every parameter on reference and onnx", async () => {
    const specs = narrow.parameters(shape);
    const params = specs.map((spec) => input(spec.name, spec.shape));
    const x = input("x", [4, ...shape]);
    const targets = input("targets", [4, 3]);
    const { features, logits } = narrow.forward(x, Object.fromEntries(specs.map((spec, i) => [spec.name, params[i]])));
    const loss = reduceSum(softmaxCrossEntropy(logits, targets));
    const gradients = Object.fromEntries(grad(loss, params).map((g, i) => [`gradient of ${specs[i].name}`, g]));
    const whole = program({ inputs: [...params, x, targets], outputs: { loss, logits, features, ...gradients } });
    const feeds: Record<string, Value> = {
      x: value(samples.pixels.slice(0, 4 * 192), [4, ...shape]),
      targets: value(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0), [4, 3]),
    };
    for (const spec of specs) feeds[spec.name] = spec.initial(new Random(1).split(spec.name), spec.shape);
    await using onnx = await onnxExecutor().compile(whole);
    await using reference = await referenceExecutor().compile(whole);
    const [ours, oracle] = [await onnx.run(feeds), await reference.run(feeds)];
    for (const [name, { data }] of Object.entries(oracle)) {
      const scale = Math.max(...Array.from(data, Math.abs));
      expect(scale).toBeGreaterThan(0);
      data.forEach((number, i) => expect(Math.abs(ours[name].data[i] - number) / scale).toBeLessThan(1e-5));
    }
  });

  it("has the parameters that its layers need at 224", () => {
    const sizes = backboneNamed("cnn")
      .parameters([3, 224, 224])
      .map((spec) => spec.shape.reduce((a, b) => a * b, 1));
    expect(sizes).toEqual([32 * 3 * 25, 32, 64 * 32 * 9, 64, 64 * 56 * 56 * 128, 128, 128 * 3, 3]);
  });

  it("refuses a size that it cannot halve twice, and other backbones say that they are not there yet", () => {
    expect(() => narrow.parameters([3, 30, 30])).toThrow(expect.objectContaining({ code: "run-invalid" }));
    expect(() => backboneNamed("resnet18")).toThrow(/resnet18 is not available yet/);
  });
});

describe("the training step", () => {
  it("gives the same new state and losses on reference and onnx", async () => {
    const all = [0, 1, 2, 3, 4, 5, 6];
    const [ours, oracle] = [await step(onnxExecutor(), 7, all), await step(referenceExecutor(), 7, all)];
    expect(ours.outcome.crossEntropy).toBeCloseTo(oracle.outcome.crossEntropy, 5);
    expect(ours.outcome.regularizer).toBeCloseTo(oracle.outcome.regularizer ?? Number.NaN, 5);
    expect(largestDifference(ours.state, oracle.state)).toBeLessThan(1e-5);
  });

  it("changes every parameter, the attention's too", async () => {
    const before = initialState({ backbone: narrow, shape }, 3);
    const { state } = await step(onnxExecutor(), 7, [0, 1, 2, 3, 4, 5, 6]);
    for (const { name } of trainedParameters(narrow, shape)) {
      const key = stateName.parameter(name);
      expect(state.get(key)?.data).not.toEqual(before.get(key)?.data);
    }
  });

  it("does not notice the rows that fill up a smaller batch", async () => {
    for (const indices of [[4, 1, 6], [2, 5], [3]]) {
      const filled = await step(referenceExecutor(), 7, indices);
      const exact = await step(referenceExecutor(), indices.length, indices);
      expect(filled.outcome.crossEntropy).toBeCloseTo(exact.outcome.crossEntropy, 12);
      expect(filled.outcome.regularizer ?? -1).toBeCloseTo(exact.outcome.regularizer ?? -1, 12);
      expect(filled.outcome.predicted).toEqual(exact.outcome.predicted);
      expect(largestDifference(filled.state, exact.state)).toBeLessThan(1e-9);
    }
  });

  it("starts from weights that depend on the seed and the parameter's name alone", () => {
    const first = initialState({ backbone: narrow, shape }, 3);
    expect(largestDifference(first, initialState({ backbone: narrow, shape }, 3))).toBe(0);
    expect(largestDifference(first, initialState({ backbone: narrow, shape }, 4))).toBeGreaterThan(0);
  });
});
