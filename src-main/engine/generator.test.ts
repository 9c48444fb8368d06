/** A generator of the kind that GANimation is, at tiny width: down, up again both ways, two heads, its losses. */
import { expect, test } from "vitest";
import * as b from "./build/index.ts";
import { onnxExecutor } from "./executors/onnx.ts";
import { referenceExecutor } from "./executors/reference.ts";
import { grad } from "./grad.ts";
import { size, type Tensor, type Value, value } from "./graph.ts";
import { program } from "./program.ts";
import { Random } from "./random.ts";
import { differences, distance, executorFaults } from "./testing/derivatives.ts";

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  picture: [2, 3, 8, 8],
  condition: [2, 2, 1, 1],
  vector: [4],
  enter: [4, 5, 3, 3],
  scale: [4],
  shift: [4],
  down: [4, 4, 4, 4],
  up: [4, 3, 4, 4],
  smooth: [2, 4, 3, 3],
  colour: [3, 5, 3, 3],
  attention: [1, 5, 3, 3],
};
const WEIGHTS = ["enter", "scale", "shift", "down", "up", "smooth", "colour", "attention"];

const t: Readonly<Record<string, Tensor>> = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => [name, b.input(name, shape)]),
);

const same = { padding: 1 };
const tiled = b.broadcast(t.condition, [2, 2, 8, 8]);
const entered = b.conv2d(b.concat([t.picture, tiled], 1), t.enter, same);
const bend = b.instanceNorm(entered, { scale: t.scale, shift: t.shift });
const down = b.instanceNorm(b.conv2d(b.relu(bend), b.spectralNorm(t.down, t.vector).w, { stride: 2, padding: 1 }));
const learned = b.transposedConv2d(b.tanh(down), t.up, { stride: 2, padding: 1 });
const smooth = b.conv2d(
  b.resizeBilinear(b.add(down, b.upsampleNearest(b.avgPool2d(down, { kernel: 2 }), 2)), { size: [8, 8] }),
  t.smooth,
  same,
);
const features = b.gelu(b.concat([learned, smooth], 1));
const mask = b.sigmoid(b.conv2d(features, t.attention, same));
const made = b.add(b.mul(mask, t.picture), b.mul(b.sub(1, mask), b.tanh(b.conv2d(features, t.colour, same))));
const loss = b.add(b.mean(b.square(b.sub(made, 0.3))), b.mul(0.01, b.mean(b.totalVariation(mask))));
const slopes = Object.fromEntries(
  grad(
    loss,
    WEIGHTS.map((name) => t[name]),
  ).map((g, i) => [`loss by ${WEIGHTS[i]}`, g]),
);
const inputs = Object.values(t);

const random = new Random(21);
const feeds: Record<string, Value> = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => [
    name,
    value(
      Float64Array.from({ length: size(shape) }, () => 0.5 * random.normal()),
      shape,
    ),
  ]),
);

test("its gradients equal central differences, away from kinks", async () => {
  await using session = await referenceExecutor().compile(
    program({ inputs, outputs: { ...slopes, nearest: b.reduceMin(b.abs(bend)) } }),
  );
  await using forward = await referenceExecutor().compile(program({ inputs, outputs: { loss } }));
  const have = await session.run(feeds);
  expect(have.nearest.data[0]).toBeGreaterThan(1e-3);
  // The singular vectors of spectral norm are constants to its gradient alone; build/norm.test.ts checks that one.
  for (const by of WEIGHTS.filter((name) => name !== "down")) {
    const want = await differences(forward, feeds, { of: "loss", by });
    expect([by, distance(have[`loss by ${by}`].data, want)]).toEqual([by, expect.closeTo(0, 6)]);
  }
});

test("its step is the same on ONNX", async () => {
  const faults = await executorFaults(onnxExecutor({ threads: 1 }), {
    program: program({ inputs, outputs: { made, mask, loss, ...slopes } }),
    feeds,
  });
  for (const [name, fault] of Object.entries(faults)) expect([name, fault < 1e-5]).toEqual([name, true]);
});
