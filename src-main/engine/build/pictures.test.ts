/** The published conventions, by numbers that PyTorch 1.13 gives (to five digits). */
import { expect, test } from "vitest";
import { referenceExecutor } from "../executors/reference.ts";
import type { Tensor } from "../graph.ts";
import { program } from "../program.ts";
import * as b from "./index.ts";

const numbers = Array.from({ length: 12 }, (_, i) => i ** 1.5);
const x = b.constant(numbers, [1, 1, 3, 4]);
const corner = b.slice(x, [0, 0, 0, 0], [1, 1, 2, 2]);

/** The numbers of `y`, of which the first must be those of `rows`. */
async function expectRows(y: Tensor, ...rows: (readonly number[])[]): Promise<void> {
  await using session = await referenceExecutor().compile(program({ inputs: [], outputs: { y } }));
  const { data } = (await session.run({})).y;
  rows.flat().forEach((n, i) => expect([i, data[i]]).toEqual([i, expect.closeTo(n, 4)]));
}

test("bilinear, corners aligned", async () => {
  const y = b.resizeBilinear(x, { size: [5, 6], alignCorners: true });
  await expectRows(
    y,
    [0, 0.6, 1.36569, 2.46274, 3.77552, 5.19615],
    [4, 5.2541, 6.62467, 8.22818, 10.00089, 11.85821],
    [8, 9.9082, 11.88366, 13.99362, 16.22627, 18.52026],
    [15.31371, 17.57959, 19.90411, 22.34592, 24.89654, 27.50157],
    [22.62742, 25.25097, 27.92455, 30.69822, 33.56681, 36.48287],
  );
});

test("bilinear, edges aligned, up and down", async () => {
  await expectRows(
    b.resizeBilinear(x, { size: [5, 6] }),
    [0, 0.5, 1.30474, 2.52369, 4.01229, 5.19615],
    [3.2, 4.13607, 5.48942, 7.15855, 9.05081, 10.5258],
  );
  await expectRows(b.resizeBilinear(x, { size: [2, 2] }), [2.77254, 7.16137, 21.00782, 29.69177]);
});

test("nearest", async () => {
  await expectRows(
    b.upsampleNearest(corner, 2),
    [0, 0, 1, 1],
    [0, 0, 1, 1],
    [8, 8, 11.18034, 11.18034],
    [8, 8, 11.18034, 11.18034],
  );
});

test("neighbourhoods stand as in F.unfold", async () => {
  const y = b.unfold(corner, { kernel: 3, padding: 1 });
  expect(y.shape).toEqual([1, 1, 9, 2, 2]);
  await expectRows(y, [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 8], [0, 1, 8, 11.18034]);
});

test("between pixels, part of a border, and far outside", async () => {
  const places = b.constant([-0.4, 1.3, 2.6, 3.3, -1e9, 0.45, -0.8, 1.9, 2.7, Infinity], [1, 2, 1, 5]);
  await expectRows(b.bilinearSample(x, places), [2.16, 0.30971, 32.78404, 7.6614, 0]);
});

test("a transposed convolution", async () => {
  const w = b.constant(
    Array.from({ length: 16 }, (_, i) => i / 10),
    [1, 1, 4, 4],
  );
  await expectRows(
    b.transposedConv2d(corner, w, { stride: 2, padding: 1 }),
    [0, 0.4, 0.5, 0.6],
    [0.8, 2.4, 4.41803, 3.23607],
    [4, 10.47214, 12.49017, 8.1082],
    [7.2, 16.94427, 18.8623, 11.18034],
  );
});

test("GELU is the exact one", async () => {
  const y = b.gelu(b.constant([-2, -0.5, 0, 0.3, 1.7], [5]));
  await expectRows(y, [-0.0455, -0.15427, 0, 0.18537, 1.62424]);
});

test("total variation counts every pair of neighbours once", async () => {
  await expectRows(b.totalVariation(b.constant([0, 1, 5, -2], [1, 1, 2, 2])), [5 + 3 + 1 + 7]);
});

test("softmax along an axis sums to 1 there", async () => {
  const sums = b.reduceSum(b.softmax(b.mul(x, 3), 2), [2]);
  await expectRows(sums, [1, 1, 1, 1]);
});
