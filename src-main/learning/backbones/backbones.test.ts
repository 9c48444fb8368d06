import { describe, expect, it } from "vitest";
import { onnxExecutor } from "../../engine/executors/onnx.ts";
import { referenceExecutor } from "../../engine/executors/reference.ts";
import {
  grad,
  input,
  program,
  Random,
  reduceSum,
  size,
  softmaxCrossEntropy,
  type Value,
  value,
} from "../../engine/index.ts";
import type { Backbone, InputShape } from "./backbone.ts";
import { cnnOf } from "./cnn.ts";
import { poolformerOf } from "./poolformer.ts";
import { resnet18Of } from "./resnet18.ts";
import { backboneNamed } from "./table.ts";

const BATCH = 3;

/** Narrow ones, on pictures small enough for the reference executor. */
const NARROW: readonly { backbone: Backbone; shape: InputShape }[] = [
  { backbone: cnnOf({ first: 3, second: 4, features: 5 }), shape: [3, 8, 8] },
  { backbone: resnet18Of({ widths: [3, 4, 5, 6] }), shape: [3, 32, 36] },
  { backbone: poolformerOf({ widths: [4, 6, 5, 8], depths: [1, 2, 1, 1] }), shape: [3, 32, 36] },
];

/** The loss of a batch in training, and its gradient for every parameter. */
function lossOf({ backbone, shape }: (typeof NARROW)[number]) {
  const specs = backbone.parameters(shape);
  const all = [...specs, ...backbone.statistics];
  const tensors = all.map((spec) => input(spec.name, spec.shape));
  const named = Object.fromEntries(all.map((spec, i) => [spec.name, tensors[i]]));
  const [x, targets] = [input("x", [BATCH, ...shape]), input("targets", [BATCH, 3])];
  const { features, logits, statistics } = backbone.forward(x, named, "training");
  const loss = reduceSum(softmaxCrossEntropy(logits, targets));
  const params = specs.map((spec) => named[spec.name]);
  const gradients = Object.fromEntries(grad(loss, params).map((g, i) => [`gradient of ${specs[i].name}`, g]));
  const outputs = { loss, logits, features, ...statistics };
  return {
    specs,
    used: (kept: typeof outputs | { loss: typeof loss }) => {
      const { nodes } = program({ inputs: [], outputs: kept });
      return program({ inputs: [...tensors, x, targets].filter((node) => nodes.includes(node)), outputs: kept });
    },
    outputs: { ...outputs, ...gradients },
    loss,
  };
}

function feedsOf({ backbone, shape }: (typeof NARROW)[number]): Record<string, Value> {
  const random = new Random(3);
  const feeds: Record<string, Value> = {
    x: value(
      Float64Array.from({ length: BATCH * size(shape) }, () => random.normal()),
      [BATCH, ...shape],
    ),
    targets: value(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [BATCH, 3]),
  };
  for (const spec of [...backbone.parameters(shape), ...backbone.statistics]) {
    const own = new Random(1).split(spec.name);
    const first = spec.initial(own, spec.shape);
    // Away from the start, where layer scales hide whole branches and batch norms do nothing.
    const moved = Float64Array.from(first.data, (x) => Math.fround(x + 0.3 * (own.uniform() - 0.3)));
    feeds[spec.name] = value(moved, spec.shape);
  }
  return feeds;
}

const pick = (feeds: Readonly<Record<string, Value>>, { inputs }: ReturnType<typeof program>) =>
  Object.fromEntries(inputs.map(({ attrs: { name } }) => [name, feeds[name]]));

describe.each(NARROW)("$backbone.name, narrow", (narrow) => {
  const { specs, used, outputs, loss } = lossOf(narrow);
  const feeds = feedsOf(narrow);

  it("gives the same numbers and gradients on onnxruntime as in float64", async () => {
    const whole = used(outputs);
    await using onnx = await onnxExecutor({ threads: 1 }).compile(whole);
    await using reference = await referenceExecutor().compile(whole);
    const [ours, oracle] = [await onnx.run(pick(feeds, whole)), await reference.run(pick(feeds, whole))];
    for (const [name, { data }] of Object.entries(oracle)) {
      const scale = Math.max(...Array.from(data, Math.abs));
      // A PoolFormer's first norm may be moved by any constant: pooling minus its input takes it away.
      if (!name.endsWith("norm1.bias")) expect(scale).toBeGreaterThan(1e-6);
      const worst = Math.max(...Array.from(data, (number, i) => Math.abs(ours[name].data[i] - number)));
      expect({ name, close: worst < 1e-4 * Math.max(scale, 1e-3) }).toEqual({ name, close: true });
    }
  });

  it("has the gradients that central differences of the loss give in float64", async () => {
    const whole = used(outputs);
    await using reference = await referenceExecutor().compile(whole);
    const gradients = await reference.run(pick(feeds, whole));
    const alone = used({ loss });
    await using forward = await referenceExecutor().compile(alone);
    const random = new Random(9);
    // A ReLU or a maximum may turn between the two points: a small step, and most of the samples must agree closely.
    const step = 1e-6;
    const errors: number[] = [];
    for (const spec of random.shuffled(specs).slice(0, 12)) {
      const at = random.integer(size(spec.shape));
      const moved = async (by: number) => {
        const data = Float64Array.from(feeds[spec.name].data);
        data[at] += by;
        const out = await forward.run(pick({ ...feeds, [spec.name]: value(data, spec.shape) }, alone));
        return out.loss.data[0];
      };
      const numeric = ((await moved(step)) - (await moved(-step))) / (2 * step);
      const exact = gradients[`gradient of ${spec.name}`].data[at];
      errors.push(Math.abs(numeric - exact) / Math.max(1e-3, Math.abs(exact)));
    }
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });
});

const count = (backbone: Backbone) =>
  backbone.parameters([3, 224, 224]).reduce((sum, spec) => sum + size(spec.shape), 0);

/** Mean, deviation and largest size of a parameter's first numbers. */
const drawn = (backbone: Backbone, name: string) => {
  const spec = backbone.parameters([3, 224, 224]).find((own) => own.name === name);
  if (spec === undefined) throw new Error(`There is no ${name}.`);
  const data = Array.from(spec.initial(new Random(2), spec.shape).data);
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
  return { mean, deviation, most: Math.max(...data.map(Math.abs)) };
};

describe("the backbones", () => {
  it("have as many parameters as published", () => {
    expect(count(resnet18Of({ widths: [64, 128, 256, 512], classes: 1000 }))).toBe(11_689_512);
    expect(count(poolformerOf({ widths: [64, 128, 320, 512], classes: 1000 }))).toBe(11_915_176);
    expect(
      backboneNamed("cnn")
        .parameters([3, 224, 224])
        .map(({ shape }) => size(shape)),
    ).toEqual([32 * 3 * 25, 32, 64 * 32 * 9, 64, 64 * 56 * 56 * 128, 128, 128 * 3, 3]);
    // Three classes instead of a thousand.
    expect(count(backboneNamed("resnet18"))).toBe(11_689_512 - 997 * 513);
    expect(count(backboneNamed("poolformer-s12"))).toBe(11_915_176 - 997 * 513);
  });

  it("start from the distributions of the published implementations", () => {
    const [resnet, poolformer] = [backboneNamed("resnet18"), backboneNamed("poolformer-s12")];
    const he = drawn(resnet, "layer2.0.conv1.weight");
    expect(he.mean).toBeCloseTo(0, 3);
    expect(he.deviation).toBeCloseTo(Math.sqrt(2 / (128 * 9)), 3);
    // Normal, not uniform: the largest of 73,728 lies beyond four deviations.
    expect(he.most).toBeGreaterThan(4 * he.deviation);
    const fc = drawn(resnet, "fc.weight");
    expect(fc.deviation).toBeCloseTo(1 / Math.sqrt(3 * 512), 2);
    expect(fc.most).toBeLessThanOrEqual(1 / Math.sqrt(512));
    expect(drawn(resnet, "bn1.weight")).toEqual({ mean: 1, deviation: 0, most: 1 });
    expect(drawn(poolformer, "stages.1.blocks.0.mlp.fc1.weight").deviation).toBeCloseTo(0.02, 3);
    expect(drawn(poolformer, "stages.1.downsample.conv.weight").deviation).toBeCloseTo(1 / Math.sqrt(3 * 64 * 9), 3);
    expect(drawn(poolformer, "stages.3.blocks.1.layer_scale2.scale").most).toBeCloseTo(1e-5, 12);
  });

  it("refuse a size that they cannot take", () => {
    expect(() => NARROW[0].backbone.parameters([3, 30, 30])).toThrow(expect.objectContaining({ code: "run-invalid" }));
  });
});
