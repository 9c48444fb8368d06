import { expect, test } from "vitest";
import { referenceExecutor } from "../executors/reference.ts";
import type { Tensor, Value } from "../graph.ts";
import { program } from "../program.ts";
import { Random } from "../random.ts";
import { differences } from "../testing/derivatives.ts";
import { grad } from "../grad.ts";
import { value } from "../graph.ts";
import * as b from "./index.ts";

const [N, C, PIXELS] = [2, 4, 6];
const SHAPE = [N, C, 2, 3];
const EPS = 1e-5;
const random = new Random(3);
const draw = (n: number): number[] => Array.from({ length: n }, () => 3 + 2 * random.normal());
const [pictures, scales, shifts] = [draw(N * C * PIXELS), draw(C), draw(C)];
const [x, scale, shift] = [b.input("x", SHAPE), b.input("scale", [C]), b.input("shift", [C])];
const FEEDS: Record<string, Value> = {
  x: value(Float64Array.from(pictures), SHAPE),
  scale: value(Float64Array.from(scales), [C]),
  shift: value(Float64Array.from(shifts), [C]),
};

async function run(outputs: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const unused = b.reduceSum(b.concat([b.reshape(x, [-1]), scale, shift], 0));
  const whole = program({ inputs: [x, scale, shift], outputs: { ...outputs, unused } });
  await using session = await referenceExecutor().compile(whole);
  return Object.fromEntries(Object.entries(await session.run(FEEDS)).map(([k, v]) => [k, [...v.data]]));
}

const average = (numbers: readonly number[]): number => numbers.reduce((a, c) => a + c, 0) / numbers.length;
const spread = (numbers: readonly number[]): number => average(numbers.map((n) => (n - average(numbers)) ** 2));

/** The picture and the channel that a number belongs to. */
const place = (at: number): [number, number] => [Math.floor(at / (C * PIXELS)), Math.floor(at / PIXELS) % C];

/** Every number by the statistics of those that share its group. */
function normalised(groupOf: (picture: number, channel: number) => string): number[] {
  const groups = Map.groupBy(pictures.keys(), (at) => groupOf(...place(at)));
  return pictures.map((n, at) => {
    const own = (groups.get(groupOf(...place(at))) ?? []).map((i) => pictures[i]);
    const channel = place(at)[1];
    return ((n - average(own)) / Math.sqrt(spread(own) + EPS)) * scales[channel] + shifts[channel];
  });
}

function close(have: readonly number[], want: readonly number[]): void {
  expect(have.length).toBe(want.length);
  have.forEach((n, i) => expect(n).toBeCloseTo(want[i], 9));
}

test("batch norm goes by the batch, group norm by groups of channels, instance norm by each picture's channel", async () => {
  const affine = { scale, shift };
  const { batch, group, instance } = await run({
    batch: b.batchNorm(x, affine).y,
    group: b.groupNorm(x, 2, affine),
    instance: b.instanceNorm(x, affine),
  });
  close(
    batch,
    normalised((_, channel) => `${channel}`),
  );
  close(
    group,
    normalised((picture, channel) => `${picture}/${channel >> 1}`),
  );
  close(
    instance,
    normalised((picture, channel) => `${picture}/${channel}`),
  );
});

test("without scale and shift a group has mean 0 and variance 1", async () => {
  const { y } = await run({ y: b.groupNorm(x, 1) });
  expect(average(y.slice(0, C * PIXELS))).toBeCloseTo(0, 9);
  expect(spread(y.slice(0, C * PIXELS))).toBeCloseTo(1, 4);
});

test("the running statistics move by the momentum, the variance unbiased, and evaluation goes by them", async () => {
  const old = { mean: b.full(1, [C]), variance: b.full(2, [C]) };
  const next = b.runningStatistics(old, b.batchNorm(x, { scale, shift }).batch, 0.25);
  const { mean, variance, y } = await run({ ...next, y: b.batchNormBy(x, next, { scale, shift }) });
  const channel = (c: number): number[] => pictures.filter((_, at) => Math.floor(at / PIXELS) % C === c);
  const count = N * PIXELS;
  close(
    mean,
    mean.map((_, c) => 0.75 + 0.25 * average(channel(c))),
  );
  close(
    variance,
    variance.map((_, c) => 1.5 + (0.25 * spread(channel(c)) * count) / (count - 1)),
  );
  close(
    y,
    pictures.map((n, at) => {
      const c = Math.floor(at / PIXELS) % C;
      return ((n - mean[c]) / Math.sqrt(variance[c] + EPS)) * scales[c] + shifts[c];
    }),
  );
});

test("channels that do not split into the groups are refused with the line of the model", () => {
  expect(() => b.groupNorm(x, 3)).toThrow(
    expect.objectContaining({
      code: "shape-mismatch",
      message: expect.stringMatching(
        /^groupNorm\(float32\[2,4,2,3\]\) at build\/norm\.test\.ts:\d+: its channels do not split into 3 groups\.$/,
      ),
    }),
  );
});

test("power iteration finds the largest singular value, and its gradient is that of the division by it", async () => {
  const [w, u] = [b.input("w", [2, 1, 1, 2]), b.input("u", [2])];
  const weights = b.constant([0.3, -1, 2, 0.7], [2, 1, 1, 2]);
  const normed = b.spectralNorm(w, u);
  const loss = b.reduceSum(b.mul(weights, normed.w));
  const whole = program({ inputs: [w, u], outputs: { ...normed, loss, g: grad(loss, [w])[0] } });
  await using session = await referenceExecutor().compile(whole);
  const feeds: Record<string, Value> = {
    w: value(Float64Array.of(3, 1, -1, 2), [2, 1, 1, 2]),
    u: value(Float64Array.of(1, 0), [2]),
  };
  for (let i = 0; i < 60; i++) feeds.u = (await session.run(feeds)).u;
  const have = await session.run(feeds);
  // The squares of the singular values are the roots of s^2 - 15 s + 49.
  const most = Math.sqrt((15 + Math.sqrt(15 ** 2 - 4 * 49)) / 2);
  close([...have.w.data], [3 / most, 1 / most, -1 / most, 2 / most]);
  const want = await differences(session, feeds, { of: "loss", by: "w" });
  have.g.data.forEach((n, i) => expect(n).toBeCloseTo(want[i], 7));
});
