import { describe, expect, test } from "vitest";
import { ApexError } from "../../../contract/errors.ts";
import {
  constant,
  grad,
  input,
  mul,
  onnxExecutor,
  program,
  Random,
  reduceSum,
  referenceExecutor,
  size,
  square,
  type Value,
  value,
} from "../../../engine/index.ts";
import { lookUp } from "./correlation.ts";
import { parametersOf, RAFT_MODELS } from "./model.ts";
import { raftForward } from "./network.ts";
import { madeParameters } from "./reference/formulas.ts";
import { upsampleBilinear, upsampleConvex } from "./upsample.ts";

const random = (seed: number, shape: readonly number[], scale = 1): Value => {
  const draw = new Random(seed);
  return value(
    Float32Array.from({ length: size(shape) }, () => scale * draw.uniform()),
    shape,
  );
};

const weights = madeParameters("small", 7);
const constants = Object.fromEntries(
  [...weights].map(([name, { data, shape }]) => [name, constant(data, shape)] as const),
);

function sumOfSquares(data: Iterable<number>): number {
  let sum = 0;
  for (const x of data) sum += x * x;
  return sum;
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

test.each(RAFT_MODELS)("RAFT-%s has as many numbers as the authors' code", (model) => {
  expect(parametersOf(model).reduce((n, { shape }) => n + size(shape), 0)).toBe(
    { small: 990_162, large: 5_260_416 }[model],
  );
});

test("encoders begin with variance 2 / fan-out, the update with 1 / (3 fan-in)", () => {
  const specs = parametersOf("small");
  const variance = (wanted: string): number => {
    const own = specs.find(({ name }) => name === wanted)?.initial(new Random(5)).data ?? new Float32Array(1);
    return sumOfSquares(own) / own.length;
  };
  expect(variance("fnet.layer3.1.conv2.weight") / (2 / (24 * 9))).toBeCloseTo(1, 1);
  expect(variance("update_block.gru.convq.weight") / (1 / (3 * 242 * 9))).toBeCloseTo(1, 1);
  expect(variance("update_block.gru.convq.bias") / (1 / (3 * 242 * 9))).toBeCloseTo(1, 0);
});

test("float64 and onnxruntime agree", { timeout: 60_000 }, async () => {
  const images = [input("a", [1, 3, 64, 64]), input("b", [1, 3, 64, 64])] as const;
  const { full } = raftForward({ model: "small", images, parameters: constants, iterations: 1 });
  const whole = program({ inputs: images, outputs: { full: full[0] } });
  const feeds = { a: random(1, [1, 3, 64, 64], 255), b: random(2, [1, 3, 64, 64], 255) };
  await using exact = await referenceExecutor().compile(whole);
  await using onnx = await onnxExecutor().compile(whole);
  const [want, have] = [(await exact.run(feeds)).full.data, (await onnx.run(feeds)).full.data];
  expect(Math.max(...want)).toBeGreaterThan(0.05);
  expect(largest(want, have)).toBeLessThan(1e-4);
});

describe("gradients", () => {
  const SHAPE = [1, 3, 64, 64];

  test("the loss falls along the gradient as fast as its length says", { timeout: 60_000 }, async () => {
    const own = new Map([...weights].map(([name, { shape }]) => [name, input(name, shape)] as const));
    const images = [input("a", SHAPE), input("b", SHAPE)] as const;
    const { full } = raftForward({ model: "small", images, parameters: Object.fromEntries(own), iterations: 1 });
    const loss = reduceSum(mul(square(full[0]), 1e-3));
    const slopes = grad(loss, [...own.values()]);
    const names = [...own.keys()];
    await using session = await onnxExecutor().compile(
      program({
        inputs: [...images, ...own.values()],
        outputs: { loss, ...Object.fromEntries(slopes.map((slope, i) => [names[i], slope])) },
      }),
    );
    const pictures = { a: random(1, SHAPE, 255), b: random(2, SHAPE, 255) };
    const at = await session.run({ ...pictures, ...Object.fromEntries(weights) });
    const length = Math.sqrt(names.reduce((sum, name) => sum + sumOfSquares(at[name].data), 0));
    const moved = async (step: number): Promise<number> => {
      const feeds = [...weights].map(([name, { data, shape }]) => {
        const next = Float32Array.from(data, (x, i) => x + (step * at[name].data[i]) / length);
        return [name, value(next, shape)] as const;
      });
      return (await session.run({ ...pictures, ...Object.fromEntries(feeds) })).loss.data[0];
    };
    const step = 2e-3;
    const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
    expect(slope / length).toBeGreaterThan(0.97);
    expect(slope / length).toBeLessThan(1.03);
    // The first iteration begins with a flow of 0, which the filters that see it do not change.
    const idle = names.filter((name) => at[name].data.every((x) => x === 0));
    expect(idle).toEqual(["update_block.encoder.convf1.weight"]);
  });

  test("stop at an iteration's coordinates", async () => {
    const images = [input("a", SHAPE), input("b", SHAPE)] as const;
    const { low } = raftForward({ model: "small", images, parameters: constants, iterations: 2 });
    const [through] = grad(reduceSum(low[1]), [low[0]]);
    await using session = await onnxExecutor().compile(program({ inputs: [], outputs: { through } }));
    expect((await session.run({})).through.data.every((x) => x === 0)).toBe(true);
  });
});

test("a look-up samples between places, whole steps apart, and finds zeros outside", async () => {
  const [width, height, radius] = [5, 4, 1];
  const map = Float64Array.from({ length: width * height }, (_, i) => 10 + ((i * 7) % 11));
  const coords = input("coords", [1, 2, 1, 1]);
  const maps = constant(map, [1, width, height]);
  const found = lookUp(
    Array.from({ length: 4 }, () => ({ maps, width, height })),
    coords,
    radius,
  );
  await using session = await referenceExecutor().compile(program({ inputs: [coords], outputs: { found } }));
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= height ? 0 : map[x * height + y]);
  const bilinear = (x: number, y: number): number => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [ax, ay] = [x - left, y - top];
    return (
      (1 - ax) * ((1 - ay) * at(left, top) + ay * at(left, top + 1)) +
      ax * ((1 - ay) * at(left + 1, top) + ay * at(left + 1, top + 1))
    );
  };
  for (const [x, y] of [
    [2, 1],
    [1.25, 2.5],
    [-0.4, 3.7],
    [40, -9],
  ]) {
    const { data } = (await session.run({ coords: value(Float64Array.of(x, y), [1, 2, 1, 1]) })).found;
    const want = [1, 2, 4, 8].flatMap((scale) =>
      [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => bilinear(x / scale + a, y / scale + b))),
    );
    expect(largest(want, data)).toBeLessThan(1e-12);
  }
});

test("upsampling keeps a constant motion, in pixels, but for the convex one's border", async () => {
  const flow = constant(
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -1, -1, -1, -1, -1, -1, -1, -1, -1],
    [1, 2, 3, 3],
  );
  const mask = input("mask", [1, 576, 3, 3]);
  const whole = program({
    inputs: [mask],
    outputs: { bilinear: upsampleBilinear(flow), convex: upsampleConvex(flow, mask) },
  });
  await using session = await referenceExecutor().compile(whole);
  const { bilinear, convex } = await session.run({ mask: random(3, [1, 576, 3, 3], 4) });
  expect(largest(bilinear.data, [...Array(576).fill(4), ...Array(576).fill(-8)])).toBeLessThan(1e-12);
  const middle = (c: number): number[] =>
    Array.from({ length: 64 }, (_, i) => convex.data[c * 576 + (8 + Math.floor(i / 8)) * 24 + 8 + (i % 8)]);
  expect(largest([...middle(0), ...middle(1)], [...Array(64).fill(4), ...Array(64).fill(-8)])).toBeLessThan(1e-12);
  expect(Math.abs(convex.data[0])).toBeLessThan(4);
});

test.each([
  [
    [1, 3, 64, 60],
    [1, 3, 64, 60],
  ],
  [
    [1, 3, 56, 64],
    [1, 3, 56, 64],
  ],
  [
    [1, 3, 64, 64],
    [1, 3, 64, 72],
  ],
])("pictures of [%s] and [%s] are refused in one sentence", (first, second) => {
  const build = () =>
    raftForward({ model: "small", images: [input("a", first), input("b", second)], parameters: {}, iterations: 1 });
  expect(build).toThrow(ApexError);
  expect(build).toThrow(/multiples of 8 and at least 64/);
});

test("a parameter that lacks is named", () => {
  const images = [input("a", SHAPE64), input("b", SHAPE64)] as const;
  expect(() => raftForward({ model: "small", images, parameters: {}, iterations: 1 })).toThrow(
    "The RAFT weights lack the parameter fnet.conv1.weight.",
  );
});

const SHAPE64 = [1, 3, 64, 64];
