/** Sums over pixels and pictures of products that are never written, and moments, against the reference. */
import { describe, expect, test } from "vitest";
import * as b from "../../../build/index.ts";
import { blockSize } from "../../../executors/blocks.ts";
import type { Tensor } from "../../../graph.ts";
import { type Program, program } from "../../../program.ts";
import { Random } from "../../../random.ts";
import { compare, fed, nodesOf } from "../../../testing/against.ts";

/** Pictures as blocked as a convolution leaves them, about a mean far from 0. */
function pictures([n, h, w]: readonly [number, number, number]) {
  const inputs = ["x", "y"].map((name) => b.input(name, [n, 32, h, w]));
  const filters = b.input("filters", [32, 32, 1, 1]);
  return { inputs: [...inputs, filters], blocked: inputs.map((x) => b.conv2d(x, filters)) };
}

const draws = (whole: Program) => {
  const random = new Random(3);
  return fed(whole, () => 0.2 + 0.3 * random.normal());
};

type Sum = (x: Tensor, y: Tensor) => Tensor;

describe.each<readonly [number, number, number]>([
  [2, 3, 5],
  [1, 7, 7],
  // Parts of at most 1024 pixels: of 816, of 1021, and one whole row of a prime number.
  [2, 48, 34],
  [1, 2, 1021],
  [1, 1, 1031],
])("of %i pictures of %i x %i", (...form) => {
  const sums: Record<string, Sum> = {
    "a product over all but channels": (x, y) => b.reduceSum(b.mul(x, y), [0, 2, 3]),
    "a product over pixels": (x, y) => b.reduceSum(b.mul(x, y), [2, 3]),
    "squares over pixels": (x) => b.reduceSum(b.square(x), [2, 3]),
    "a product in groups of channels": (x, y) => {
      const rows = [1, form[0] * 2, 16 * form[1] * form[2]];
      return b.reduceSum(b.mul(b.reshape(x, rows), b.reshape(y, rows)), [0, 2]);
    },
  };
  test.each(Object.keys(sums))("%s", async (name) => {
    const { inputs, blocked } = pictures(form);
    const [x, y] = blocked;
    const z = sums[name](x, y);
    const whole = program({ inputs: name.startsWith("squares") ? [inputs[0], inputs[2]] : inputs, outputs: { z } });
    await compare(draws(whole));
    const block = await blockSize();
    if (block > 0) expect(nodesOf(whole, "Mul", { block })).toBe(0);
  });

  test("moments of channels and of groups", async () => {
    const { inputs, blocked } = pictures(form);
    const rows = [1, form[0] * 2, 16 * form[1] * form[2]];
    for (const z of [b.channelMoments(blocked[0]), b.channelMoments(b.reshape(blocked[0], rows))])
      await compare(draws(program({ inputs: [inputs[0], inputs[2]], outputs: { z } })));
  });
});

test("a product that something else needs too is written once, and summed", async () => {
  const { inputs, blocked } = pictures([2, 3, 5]);
  const product = b.mul(blocked[0], blocked[1]);
  const z = b.mul(product, b.reshape(b.reduceSum(product, [0, 2, 3]), [32, 1, 1]));
  const whole = program({ inputs, outputs: { z } });
  await compare(draws(whole));
  const block = await blockSize();
  if (block > 0) expect(nodesOf(whole, "Mul", { block })).toBe(1);
});
