import { describe, expect, it } from "vitest";
import { onnxExecutor } from "../engine/executors/onnx.ts";
import { referenceExecutor } from "../engine/executors/reference.ts";
import { type Executor, Random } from "../engine/index.ts";
import { cnnOf } from "./backbones/cnn.ts";
import { FLOW_NORMALISER } from "./normaliser.ts";
import { stateName, trainedParameters } from "./programs.ts";
import { sampleSet } from "./samples.ts";
import { createStep, initialState, type State } from "./training/step.ts";

const narrow = cnnOf({ first: 3, second: 4, features: 5 });
const shape = [3, 8, 8] as const;
const random = new Random(5);
const samples = sampleSet({
  shape,
  pictures: Float32Array.from({ length: 7 * 192 }, () => random.uniform()),
  samples: Array.from({ length: 7 }, (_, i) => ({ label: (i * i) % 3, dataset: `d${i % 3}` })),
});

const all = [0, 1, 2, 3, 4, 5, 6];

interface StepTest {
  readonly indices?: readonly number[];
  readonly piece?: number;
  readonly lambda?: number;
  readonly clip?: number;
}

async function step(executor: Executor, { indices = all, piece, lambda = 0.5, clip }: StepTest = {}) {
  const options = { backbone: narrow, shape, domains: 3, weightDecay: 0.1, lambda, brlFrom: 0 };
  const how = { piece: piece ?? null, clip: clip ?? null, executor, samples, normaliser: FLOW_NORMALISER };
  await using one = createStep({ ...options, ...how });
  return await one.run(initialState({ backbone: narrow, shape }, 3), {
    indices,
    next: null,
    epoch: 0,
    step: 1,
    rate: 1e-2,
  });
}

function largestDifference(a: State, b: State): number {
  return Math.max(
    ...Array.from(a, ([name, { data }]) => {
      const other = b.get(name)?.data ?? new Float32Array(data.length).fill(Number.NaN);
      return Math.max(...Array.from(data, (x, i) => Math.abs(x - other[i])));
    }),
  );
}

/** The first moments after one step: the gradient, up to one factor. */
async function moments(clip?: number): Promise<number[]> {
  const { state } = await step(referenceExecutor(), { clip });
  return trainedParameters(narrow, shape).flatMap(({ name }) => [...(state.get(stateName.mean(name))?.data ?? [])]);
}

describe("the training step", () => {
  it("gives the same new state and losses on reference and onnx", async () => {
    const [ours, oracle] = [await step(onnxExecutor()), await step(referenceExecutor())];
    expect(ours.outcome.crossEntropy).toBeCloseTo(oracle.outcome.crossEntropy, 5);
    expect(ours.outcome.regularizer).toBeCloseTo(oracle.outcome.regularizer ?? Number.NaN, 5);
    expect(largestDifference(ours.state, oracle.state)).toBeLessThan(1e-5);
  });

  it("changes every parameter, the attention's too", async () => {
    const before = initialState({ backbone: narrow, shape }, 3);
    const { state } = await step(onnxExecutor());
    for (const { name } of trainedParameters(narrow, shape)) {
      const key = stateName.parameter(name);
      expect(state.get(key)?.data).not.toEqual(before.get(key)?.data);
    }
  });

  it("gives the same numbers in pieces as at once, L_BRL included, for pieces of any size", async () => {
    for (const [lambda, clip] of [[0.5], [0], [0.5, 0.1]] as const)
      for (const piece of [1, 3, 7]) {
        const [pieces, whole] = [
          await step(referenceExecutor(), { piece, lambda, clip }),
          await step(referenceExecutor(), { lambda, clip }),
        ];
        expect(pieces.outcome.crossEntropy).toBeCloseTo(whole.outcome.crossEntropy, 6);
        expect(pieces.outcome.regularizer).toBeCloseTo(whole.outcome.regularizer ?? Number.NaN, 6);
        expect(Array.from(pieces.outcome.predicted)).toEqual(Array.from(whole.outcome.predicted));
        expect(largestDifference(pieces.state, whole.state)).toBeLessThan(1e-6);
      }
    const onnx = await step(onnxExecutor(), { piece: 2 });
    expect(largestDifference(onnx.state, (await step(referenceExecutor())).state)).toBeLessThan(1e-5);
  });

  it("clips the norm of all gradients together", async () => {
    const [free, once, twice] = [await moments(), await moments(1e-3), await moments(2e-3)];
    expect(Math.hypot(...twice) / Math.hypot(...once)).toBeCloseTo(2, 9);
    expect(Math.hypot(...free)).toBeGreaterThan(10 * Math.hypot(...twice));
    const cosine = free.reduce((sum, x, i) => sum + x * once[i], 0) / (Math.hypot(...free) * Math.hypot(...once));
    expect(cosine).toBeCloseTo(1, 9);
  });

  it("starts from weights that depend on the seed and the parameter's name alone", () => {
    const first = initialState({ backbone: narrow, shape }, 3);
    expect(largestDifference(first, initialState({ backbone: narrow, shape }, 3))).toBe(0);
    expect(largestDifference(first, initialState({ backbone: narrow, shape }, 4))).toBeGreaterThan(0);
  });
});
