/** Programs that nobody thought of: whatever graph the ops make, passes and lowering keep its numbers and gradients. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import * as b from "../build/index.ts";
import { grad } from "../grad.ts";
import { size, type Tensor, value } from "../graph.ts";
import { program } from "../program.ts";
import { Random } from "../random.ts";
import { executorFaults } from "../testing/derivatives.ts";
import { onnxExecutor } from "./onnx.ts";

/** Sixteen channels may be computed in blocks, four may not. */
const shapes = (channels: number): Readonly<Record<string, readonly number[]>> => ({
  picture: [2, channels, 4, 6],
  filters: [channels, channels, 3, 3],
  channel: [channels],
  matrix: [6, 5],
  row: [1, 5],
});

type Step = (x: Tensor, y: Tensor, random: Random) => Tensor;

/** Some of the axes of x, sorted. */
const axes = (x: Tensor, random: Random): number[] =>
  x.shape.flatMap((_, axis) => (random.uniform() < 0.5 ? [axis] : []));

const STEPS: readonly Step[] = [
  (x) => b.tanh(x),
  (x) => b.sigmoid(x),
  (x) => b.relu(x),
  (x) => b.leakyRelu(x, 0.1),
  (x) => b.gelu(x),
  (x) => b.mul(0.5, b.square(b.tanh(x))),
  (x) => b.sqrt(b.add(b.square(x), 0.5)),
  (x, y) => b.add(x, y),
  (x, y) => b.sub(x, b.mul(0.3, y)),
  (x, y) => b.mul(b.tanh(x), y),
  (x, y) => b.maximum(x, y),
  (x, y) => b.select(b.greater(x, y), x, b.neg(y)),
  (x, _, random) => b.mean(x, axes(x, random), random.uniform() < 0.5),
  (x, _, random) => b.reduceMax(x, axes(x, random), true),
  (x) => b.softmax(x, 0),
  (x, _, random) => b.transpose(x, random.permutation(x.shape.length)),
  (x) => b.reshape(x, [-1]),
  (x) => b.reshape(x, [2, -1]),
  (x) => b.reshape(x, [1, 4, 2, -1]),
  (x, y) => b.concat([x, y, x], 0),
  (x) =>
    b.slice(
      x,
      x.shape.map((n) => Number(n > 1)),
      x.shape,
    ),
  (x) =>
    b.pad(
      x,
      x.shape.map((_, i) => i % 2),
      x.shape.map(() => 1),
    ),
  (x, y) => b.matmul(x, y),
  (x, y) => b.conv2d(x, y, { padding: 1 }),
  (x, y) => b.conv2d(b.tanh(x), y, { stride: 2, padding: 1 }),
  (x, y) => b.transposedConv2d(x, y, { stride: 2, padding: 1 }),
  (x) => b.maxPool2d(x, { kernel: 3, stride: 2, padding: 1 }),
  (x) => b.avgPool2d(x, { kernel: 2 }),
  (x) => b.avgPool2d(x, { kernel: 3, stride: 1, padding: 1 }),
  (x) => b.globalAvgPool(x),
  (x, y) => b.batchNorm(x, { scale: y, shift: b.tanh(y) }).y,
  (x) => b.groupNorm(x, 2),
  (x) => b.upsampleNearest(x, 2),
  (x, y) => b.channelAffine(x, y, y),
];

interface Plan {
  readonly seed: number;
  readonly channels: number;
  /** Which step, and which of the tensors made so far it takes, counted from the last. */
  readonly steps: readonly (readonly [number, number, number])[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(1000),
  channels: fc.constantFrom(4, 16),
  steps: fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(3), fc.nat(9)), { minLength: 12, maxLength: 30 }),
});

/** The plan as a program: its last tensors' mean square, and the gradients of that. Steps that do not fit are left out. */
function planned({ seed, channels, steps }: Plan) {
  const random = new Random(seed);
  const inputs = Object.entries(shapes(channels)).map(([name, shape]) => b.input(name, shape));
  const made: Tensor[] = [...inputs];
  for (const [step, first, second] of steps) {
    try {
      const y = STEPS[step](made[made.length - 1 - first], made[Math.max(0, made.length - 1 - second)], random);
      if (size(y.shape) <= 5000) made.push(y);
    } catch (error) {
      if (!(error instanceof ApexError) || error.code !== "shape-mismatch") throw error;
    }
  }
  const [last, before] = made.slice(-2).map((x) => b.mean(b.square(x)));
  const loss = b.reduceSum(
    b.concat(
      [last, before, ...inputs.map((x) => b.mul(0.1, b.mean(x)))].map((x) => b.reshape(x, [1])),
      0,
    ),
  );
  const gradients = Object.fromEntries(grad(loss, inputs).map((g, i) => [`loss by ${i}`, g]));
  const feeds = Object.fromEntries(
    Object.entries(shapes(channels)).map(([name, shape]) => [
      name,
      value(
        Float64Array.from({ length: size(shape) }, () => random.normal()),
        shape,
      ),
    ]),
  );
  return { program: program({ inputs, outputs: { loss, last: made[made.length - 1], ...gradients } }), feeds };
}

test("random programs and their gradients are the same on ONNX as on the reference", async () => {
  const executor = onnxExecutor({ threads: 1 });
  await fc.assert(
    fc.asyncProperty(plan, async (p) => {
      const faults = await executorFaults(executor, planned(p));
      expect(Object.entries(faults).filter(([, fault]) => !(fault < 1e-3))).toEqual([]);
    }),
    { seed: 9, numRuns: 40 },
  );
});

test("a slice of everything and a border of nothing are no ops, of a scalar too, which onnxruntime does not slice", () => {
  const x = b.input("x", []);
  const whole = b.pad(b.slice(x, [], []), [], []);
  expect(whole).toBe(x);
  expect(() => b.slice(x, [0], [1])).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  expect(() => b.pad(b.input("y", [2]), [0], [])).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
});
