/** Filters' gradients as blocked convolutions, both ways, against the reference. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as b from "../../../../build/index.ts";
import { blockSize } from "../../../../executors/blocks.ts";
import { grad } from "../../../../grad.ts";
import type { Tensor } from "../../../../graph.ts";
import { program } from "../../../../program.ts";
import { Random } from "../../../../random.ts";
import { compare, fed, type Made, nodesOf } from "../../../../testing/against.ts";

interface Form {
  readonly n: number;
  readonly c: number;
  readonly o: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly size: readonly [number, number];
}

/** The gradient of a convolution's filters, of a loss that weighs every result otherwise. */
function gradientOf({ n, c, o, kernel, stride, padding, size }: Form): Made {
  const [x, w] = [b.input("x", [n, c, ...size]), b.input("w", [o, c, ...kernel])];
  const y = b.conv2d(x, w, { stride, padding });
  const h = b.input("h", y.shape);
  const [byW] = grad(b.mean(b.mul(b.square(y), h)), [w]);
  const random = new Random(8);
  return fed(program({ inputs: [x, w, h], outputs: { byW } }), () => random.normal());
}

const square = (side: number) => [side, side] as const;

test.each([
  { n: 16, c: 16, o: 32, k: 3, stride: 1, padding: 1, side: 6 },
  { n: 16, c: 48, o: 16, k: 3, stride: 2, padding: 1, side: 7 },
  { n: 16, c: 32, o: 80, k: 3, stride: 1, padding: 1, side: 5 },
  { n: 32, c: 32, o: 32, k: 3, stride: 2, padding: 1, side: 8 },
  { n: 16, c: 3, o: 16, k: 7, stride: 2, padding: 3, side: 12 },
  { n: 32, c: 2, o: 32, k: 5, stride: 1, padding: 2, side: 5 },
  { n: 16, c: 16, o: 16, k: 2, stride: 2, padding: 0, side: 5 },
  { n: 5, c: 16, o: 16, k: 3, stride: 1, padding: 1, side: 13 },
  { n: 16, c: 16, o: 16, k: 3, stride: 1, padding: 1, side: 13 },
])("$n pictures of $side px, $c to $o channels, $k x $k by $stride, padded by $padding", async (form) => {
  const [kernel, stride, padding] = [form.k, form.stride, form.padding].map(square);
  await compare(gradientOf({ ...form, kernel, stride, padding, size: [form.side, form.side - 1] }));
});

test.each([
  // Of more pictures than a block and no multiple of it, parts fill blocks.
  { n: 20, c: 3, o: 16, stride: 1, size: [8, 7] as const },
  { n: 24, c: 16, o: 16, stride: 2, size: [28, 30] as const },
  // More gradients than a cache holds.
  { n: 2, c: 1, o: 64, stride: 1, size: [66, 70] as const },
  { n: 16, c: 16, o: 64, stride: 1, size: [10, 15] as const },
  { n: 32, c: 32, o: 64, stride: 2, size: [20, 30] as const },
])("rows of $size px are summed in parts: $n pictures, $c to $o channels, by $stride", async ({ stride, ...form }) => {
  await compare(gradientOf({ ...form, kernel: [3, 3], stride: square(stride), padding: [1, 1] }));
});

const axis = fc
  .record({ kernel: fc.integer({ min: 1, max: 5 }), stride: fc.integer({ min: 1, max: 3 }), more: fc.nat(6) })
  .chain(({ kernel, stride, more }) =>
    fc.record({
      kernel: fc.constant(kernel),
      stride: fc.constant(stride),
      padding: fc.nat(kernel - 1),
      size: fc.constant(kernel + more),
    }),
  );

const LEFT_OUT = {
  n: 1,
  c: 1,
  o: 32,
  down: { kernel: 1, stride: 2, padding: 0, size: 2 },
  across: { kernel: 2, stride: 1, padding: 0, size: 2 },
};

test("whatever the sizes", async () => {
  const forms = fc.record({
    n: fc.constantFrom(1, 2, 5, 15, 16, 17, 20, 24, 32),
    c: fc.constantFrom(1, 2, 3, 8, 15, 16, 17, 32),
    o: fc.constantFrom(8, 16, 24, 32, 80),
    down: axis,
    across: axis,
  });
  await fc.assert(
    fc.asyncProperty(forms, async ({ n, c, o, down, across }) => {
      const pair = (name: "kernel" | "stride" | "padding" | "size") => [down[name], across[name]] as const;
      const form = {
        n,
        c,
        o,
        kernel: pair("kernel"),
        stride: pair("stride"),
        padding: pair("padding"),
        size: pair("size"),
      };
      await compare(gradientOf(form));
    }),
    // Found so: rows below that no tap reaches.
    { seed: 20_261_130, numRuns: 60, examples: [[LEFT_OUT]] },
  );
});

test("gradients of large pictures are neither copied nor reordered", async () => {
  const sizes = { n: 16, c: 16, o: 16, kernel: square(3), stride: square(1), padding: square(1) };
  const block = await blockSize();
  const reorders = (side: number): number =>
    nodesOf(gradientOf({ ...sizes, size: square(side) }).whole, "ReorderInput", { block, of: "conv2dWeightGrad" });
  if (block > 0) expect([reorders(8), reorders(16)]).toEqual([1, 0]);
});

describe("a pool's adjoint that biases and filters alone take is not put together", () => {
  test.each([
    { kernel: 2, stride: 2, padding: 0, filter: 5 },
    { kernel: 3, stride: 2, padding: 1, filter: 3 },
    { kernel: 3, stride: 3, padding: 0, filter: 3 },
  ])("$kernel by $stride, under filters of $filter", async ({ kernel, stride, padding, filter }) => {
    const [x, w] = [b.input("x", [16, 3, 6, 12]), b.input("w", [32, 3, filter, filter])];
    const [bias, h] = [b.input("bias", [32]), b.input("h", [16, 32, 6 / stride, 12 / stride])];
    const y = b.maxPool2d(b.conv2d(x, w, { padding: filter >> 1, bias }), { kernel, stride, padding });
    const [byW, byBias, byX] = grad(b.mean(b.mul(b.square(y), h)), [w, bias, x]);
    const random = new Random(8);
    const made = (outputs: Readonly<Record<string, Tensor>>): Made =>
      fed(program({ inputs: [x, w, bias, h], outputs }), () => random.normal());
    const [apart, together] = [made({ byW, byBias }), made({ byW, byX })];
    await compare(apart);
    await compare(together);
    const block = await blockSize();
    const woven = ({ whole }: Made): number => nodesOf(whole, "Concat", { block, of: "maxPool2dScatter" });
    if (block > 0) expect(woven(apart)).toBeLessThan(woven(together));
  });
});
