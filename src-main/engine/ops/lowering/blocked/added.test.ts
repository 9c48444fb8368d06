import { describe, expect, test } from "vitest";
import * as b from "../../../build/index.ts";
import { blockSize } from "../../../executors/blocks.ts";
import { onnxExecutor } from "../../../executors/onnx.ts";
import { referenceExecutor } from "../../../executors/reference.ts";
import { grad } from "../../../grad.ts";
import { size, type Tensor, value } from "../../../graph.ts";
import { toOnnx } from "../../../onnx/lower.ts";
import { simplify } from "../../../passes/pipeline.ts";
import { type Program, program } from "../../../program.ts";
import { Random } from "../../../random.ts";

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

async function compare(whole: Program): Promise<void> {
  const random = new Random(3);
  const feeds = Object.fromEntries(
    whole.inputs.map(({ shape, attrs: { name } }) => [
      name,
      value(
        Float32Array.from({ length: size(shape) }, () => 0.3 * random.normal()),
        shape,
      ),
    ]),
  );
  await using reference = await referenceExecutor().compile(whole);
  await using onnx = await onnxExecutor().compile(whole);
  const [want, have] = [(await reference.run(feeds)).y.data, (await onnx.run(feeds)).y.data];
  expect(want.every((number, i) => Math.abs(number - have[i]) < 1e-5 * (1 + Math.abs(number)))).toBe(true);
}

/** How often the model names the op: a string of three letters in field 4 of a node. */
const additions = (whole: Program, block: number): number =>
  Buffer.from(toOnnx(simplify(whole), { provider: "cpu", block }))
    .toString("latin1")
    .split('"\u0003Add').length - 1;

describe("a sum is part of", () => {
  test.each(Object.keys(SUMS))("%s", async (name) => {
    const y = SUMS[name]();
    const whole = program({ inputs: Object.values(inputs).filter((t) => isUsed(y, t)), outputs: { y } });
    await compare(whole);
    const block = await blockSize();
    if (block > 0) expect(additions(whole, block)).toBe(0);
  });

  test("neither, when the other term is needed elsewhere too", async () => {
    const twice = b.exp(beside);
    const y = b.mul(b.add(b.conv2d(x, w, { padding: 1 }), twice), twice);
    const whole = program({ inputs: [x, w, other], outputs: { y } });
    await compare(whole);
    const block = await blockSize();
    if (block > 0) expect(additions(whole, block)).toBe(1);
  });
});

function isUsed(y: Tensor, t: Tensor): boolean {
  return y === t || y.inputs.some((from) => isUsed(from, t));
}
