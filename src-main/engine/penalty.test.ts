/** A critic of two strided convolutions, as in WGAN-GP: the double backward in whole, in float64 and on ONNX. */
import { expect, test } from "vitest";
import * as b from "./build/index.ts";
import { onnxExecutor } from "./executors/onnx.ts";
import { referenceExecutor } from "./executors/reference.ts";
import { grad } from "./grad.ts";
import { size, type Tensor, type Value, value } from "./graph.ts";
import { gradientPenalty } from "./penalty.ts";
import { program } from "./program.ts";
import { Random } from "./random.ts";
import { differences, distance, executorFaults } from "./testing/derivatives.ts";

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  real: [2, 3, 8, 8],
  fake: [2, 3, 8, 8],
  share: [2, 1, 1, 1],
  first: [4, 3, 4, 4],
  scale: [4],
  shift: [4],
  second: [2, 4, 4, 4],
};
const WEIGHTS = ["first", "scale", "shift", "second"];

const t: Readonly<Record<string, Tensor>> = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => [name, b.input(name, shape)]),
);

/** Scores of patches, and what goes into the kink of the leaky ReLU. */
function critic(x: Tensor): { readonly scores: Tensor; readonly bend: Tensor } {
  const strided = { stride: 2, padding: 1 };
  const hidden = b.conv2d(x, t.first, strided);
  const bend = b.instanceNorm(hidden, { scale: t.scale, shift: t.shift });
  return { scores: b.conv2d(b.leakyRelu(bend), t.second, strided), bend };
}

const between = b.add(b.mul(t.share, t.real), b.mul(b.sub(1, t.share), t.fake));
const { scores, bend } = critic(between);
const penalty = gradientPenalty(scores, between);
const loss = b.add(b.sub(b.mean(critic(t.fake).scores), b.mean(critic(t.real).scores)), b.mul(10, penalty));
const weights = WEIGHTS.map((name) => t[name]);
const slopes = Object.fromEntries(grad(penalty, weights).map((g, i) => [`penalty by ${WEIGHTS[i]}`, g]));
const steps = Object.fromEntries(grad(loss, weights).map((g, i) => [`loss by ${WEIGHTS[i]}`, g]));
const whole = program({
  inputs: Object.values(t),
  outputs: { penalty, loss, nearest: b.reduceMin(b.abs(bend)), ...slopes, ...steps },
});

const random = new Random(6);
const feeds: Record<string, Value> = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => {
    const draw = name === "share" ? () => random.uniform() : () => 0.4 * random.normal();
    return [name, value(Float64Array.from({ length: size(shape) }, draw), shape)];
  }),
);

test("the penalty's gradient towards every weight equals central differences, away from kinks", async () => {
  await using session = await referenceExecutor().compile(whole);
  const have = await session.run(feeds);
  // Steps of 1e-5 in a weight move no activation over its kink.
  expect(have.nearest.data[0]).toBeGreaterThan(1e-3);
  await using forward = await referenceExecutor().compile(program({ inputs: Object.values(t), outputs: { penalty } }));
  for (const by of WEIGHTS) {
    const want = await differences(forward, feeds, { of: "penalty", by });
    expect([by, distance(have[`penalty by ${by}`].data, want)]).toEqual([by, expect.closeTo(0, 6)]);
  }
});

test("the critic's whole step is the same on ONNX", async () => {
  const faults = await executorFaults(onnxExecutor({ threads: 1 }), { program: whole, feeds });
  for (const [name, fault] of Object.entries(faults)) expect([name, fault < 1e-5]).toEqual([name, true]);
});

test("a critic of slope 1 everywhere goes unpunished, one of slope 3 by 4", async () => {
  const x = b.input("x", [2, 4]);
  const direction = b.constant([0.5, 0.5, 0.5, 0.5], [4, 1]);
  const linear = b.matmul(x, direction);
  const outputs = { one: gradientPenalty(linear, x), three: gradientPenalty(b.mul(3, linear), x), scores: linear };
  await using session = await referenceExecutor().compile(program({ inputs: [x], outputs }));
  const { one, three } = await session.run({ x: value(new Float64Array(8), [2, 4]) });
  expect(one.data[0]).toBeCloseTo(0, 9);
  expect(three.data[0]).toBeCloseTo(4, 9);
});
