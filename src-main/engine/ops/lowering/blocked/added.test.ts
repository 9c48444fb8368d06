import { describe, expect, test } from "vitest";
import * as b from "../../../build/index.ts";
import { blockSize } from "../../../executors/blocks.ts";
import { grad } from "../../../grad.ts";
import type { Tensor } from "../../../graph.ts";
import { type Program, program } from "../../../program.ts";
import { Random } from "../../../random.ts";
import { compare, fed, nodesOf } from "../../../testing/against.ts";

const inputs = {
  x: b.input("x", [2, 16, 6, 5]),
  w: b.input("w", [16, 16, 3, 3]),
  other: b.input("other", [2, 16, 6, 5]),
  scale: b.input("scale", [16]),
  shift: b.input("shift", [16]),
};
const { x, w, other, scale, shift } = inputs;
/** Blocked, and needed by nothing else. */
const beside = b.conv2d(other, w, { padding: 1 });

const SUMS: Record<string, () => Tensor> = {
  "a convolution": () => b.add(b.conv2d(x, w, { padding: 1 }), b.exp(beside)),
  "a convolution with a bias, on the right": () => b.add(b.exp(beside), b.conv2d(x, w, { padding: 1, bias: shift })),
  "the adjoint of a convolution": () => {
    const loss = b.mean(b.exp(b.conv2d(x, w, { padding: 1 })));
    return b.add(grad(loss, [x])[0], b.exp(beside));
  },
  "a map over channels": () => b.add(b.channelAffine(b.conv2d(x, w, { padding: 1 }), scale, shift), b.exp(beside)),
  "a product over channels": () =>
    b.add(b.mul(b.conv2d(x, w, { padding: 1 }), b.reshape(scale, [16, 1, 1])), b.exp(beside)),
};

const draws = (whole: Program) => {
  const random = new Random(3);
  return fed(whole, () => 0.3 * random.normal());
};

describe("a sum is part of", () => {
  test.each(Object.keys(SUMS))("%s", async (name) => {
    const y = SUMS[name]();
    const whole = program({ inputs: Object.values(inputs).filter((t) => isUsed(y, t)), outputs: { y } });
    await compare(draws(whole));
    const block = await blockSize();
    if (block > 0) expect(nodesOf(whole, "Add", { block })).toBe(0);
  });

  test("a number times a picture, and a number, where the picture is large", async () => {
    const [large, more] = [b.input("large", [2, 16, 48, 48]), b.input("more", [2, 16, 48, 48])];
    const [one, other] = [large, more].map((t) => b.exp(b.conv2d(t, w, { padding: 1 })));
    const whole = program({ inputs: [large, more, w], outputs: { y: b.add(b.add(b.mul(0.3, one), 0.2), other) } });
    await compare(draws(whole));
    const block = await blockSize();
    if (block > 0) expect(nodesOf(whole, "Add", { block })).toBe(0);
  });

  test("neither, when the other term is needed elsewhere too", async () => {
    const twice = b.exp(beside);
    const y = b.mul(b.add(b.conv2d(x, w, { padding: 1 }), twice), twice);
    const whole = program({ inputs: [x, w, other], outputs: { y } });
    await compare(draws(whole));
    const block = await blockSize();
    if (block > 0) expect(nodesOf(whole, "Add", { block })).toBe(1);
  });
});

function isUsed(y: Tensor, t: Tensor): boolean {
  return y === t || y.inputs.some((from) => isUsed(from, t));
}
