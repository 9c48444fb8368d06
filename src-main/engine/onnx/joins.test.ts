import { expect, test } from "vitest";
import * as b from "../build/index.ts";
import type { Shape, Tensor } from "../graph.ts";
import { program } from "../program.ts";
import { Random } from "../random.ts";
import { compare, fed, nodesOf } from "../testing/against.ts";

const BLOCK = 8;

function made(shapes: readonly Shape[], build: (...inputs: readonly Tensor[]) => Tensor) {
  const inputs = shapes.map((shape, i) => b.input(String.fromCharCode(97 + i), shape));
  const random = new Random(11);
  return fed(program({ inputs, outputs: { y: build(...inputs) } }), () => 2 * random.uniform() - 1);
}

const turned = (x: Tensor): Tensor =>
  b.transpose(
    x,
    x.shape.map((_, axis, { length }) => (axis < length - 2 ? axis : 2 * length - 3 - axis)),
  );

test.each([
  [
    "the first",
    [
      [5, 3],
      [5, 4],
    ],
    (x: Tensor, y: Tensor) => b.matmul(turned(x), y),
  ],
  [
    "the second",
    [
      [3, 5],
      [4, 5],
    ],
    (x: Tensor, y: Tensor) => b.matmul(x, turned(y)),
  ],
  [
    "both",
    [
      [5, 3],
      [4, 5],
    ],
    (x: Tensor, y: Tensor) => b.matmul(turned(x), turned(y)),
  ],
  [
    "many matrices",
    [
      [2, 3, 5, 3],
      [2, 3, 4, 5],
    ],
    (x: Tensor, y: Tensor) => b.matmul(turned(x), turned(y)),
  ],
] as const)("a product reads turned operands as they lie: %s", async (_, shapes, build) => {
  const one = made(shapes, build);
  expect([
    nodesOf(one.whole, "FusedMatMul", { block: BLOCK }),
    nodesOf(one.whole, "Transpose", { block: BLOCK }),
  ]).toEqual([1, 0]);
  // A device may not have onnxruntime's own op.
  expect([nodesOf(one.whole, "FusedMatMul", { block: 0 }), nodesOf(one.whole, "MatMul", { block: 0 })]).toEqual([0, 1]);
  await compare(one);
});

test("other orders of dimensions stay copies, and what a turned tensor is else used for has one", async () => {
  const other = made(
    [
      [4, 2, 3],
      [2, 3, 5],
    ],
    (x, y) => b.matmul(b.transpose(x, [1, 0, 2]), y),
  );
  expect(nodesOf(other.whole, "FusedMatMul", { block: BLOCK })).toBe(0);
  await compare(other);
  const also = made(
    [
      [3, 3],
      [3, 3],
    ],
    (x, y) => b.mul(b.matmul(turned(x), y), turned(x)),
  );
  expect([
    nodesOf(also.whole, "FusedMatMul", { block: BLOCK }),
    nodesOf(also.whole, "Transpose", { block: BLOCK }),
  ]).toEqual([1, 1]);
  await compare(also);
});

test("of shapes that are given one after the other the last one counts", async () => {
  const one = made([[4, 6]], (x) => b.neg(b.reshape(b.reshape(b.reshape(x, [2, 12]), [24]), [3, 8])));
  expect(nodesOf(one.whole, "Reshape", { block: BLOCK })).toBe(1);
  await compare(one);
});

test("an output of one-tap filters keeps the flat shape that it was computed in", async () => {
  const one = made(
    [
      [6, 5, 1, 1],
      [6, 5, 1, 1],
    ],
    (x, y) => b.add(b.mul(0.9, x), y),
  );
  // Of each operand, and none of the result; numbers and shape are those of the program.
  expect(nodesOf(one.whole, "Reshape", { block: BLOCK, of: "add" })).toBe(2);
  await compare(one);
});
