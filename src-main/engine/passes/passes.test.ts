import { describe, expect, test } from "vitest";
import * as b from "../build/index.ts";
import { grad } from "../grad.ts";
import type { Tensor } from "../graph.ts";
import { digest, program } from "../program.ts";
import { verify } from "../verify.ts";
import { foldConstants } from "./constants.ts";
import { mergeEqual } from "./equal.ts";
import { simplify } from "./pipeline.ts";
import { unstretch } from "./unstretch.ts";

const x = b.input("x", [2, 3]);
const ops = (nodes: readonly Tensor[]): string[] => nodes.map((node) => node.op);
const whole = (y: Tensor) => program({ inputs: [x], outputs: { y } });

describe("constant folding", () => {
  test("computes what depends on constants alone", () => {
    const lean = foldConstants(whole(b.mul(x, b.exp(b.add(b.scalar(1), 2)))));
    expect(ops(lean.nodes)).toEqual(["input", "constant", "mul"]);
    expect(lean.nodes[1].attrs).toMatchObject({ data: Float64Array.of(Math.exp(3)) });
  });

  test("leaves large results to the run", () => {
    const big = b.input("x", [100, 100]);
    const lean = foldConstants(program({ inputs: [big], outputs: { y: b.add(big, b.full(1, [100, 100])) } }));
    expect(ops(lean.nodes)).toContain("broadcast");
  });

  test("moves constants of any size, since the program carries them anyway", () => {
    const big = b.constant(new Float32Array(10_000), [100, 100]);
    const half = b.slice(b.transpose(big), [0, 0], [50, 100]);
    const lean = foldConstants(whole(b.add(x, b.reduceSum(b.concat([half, half], 0)))));
    expect(ops(lean.nodes)).toEqual(["input", "constant", "add"]);
  });
});

test("equal nodes are merged, all the way up", () => {
  const lean = mergeEqual(whole(b.add(b.exp(b.mul(x, 2)), b.exp(b.mul(x, 2)))));
  expect(ops(lean.nodes)).toEqual(["input", "constant", "mul", "exp", "add"]);
});

test("nodes that differ in an attribute alone are kept apart", () => {
  const lean = mergeEqual(whole(b.add(b.reduceSum(x, [0]), b.reduceSum(x, [1], true))));
  expect(ops(lean.nodes)).toEqual(["input", "reduceSum", "reduceSum", "add"]);
});

test("a broadcast before an elementwise op is dropped, unless the result needs it", () => {
  expect(ops(unstretch(whole(b.mul(x, b.broadcast(b.scalar(2), [2, 3])))).nodes)).not.toContain("broadcast");
  const needed = whole(b.mul(b.broadcast(b.scalar(2), [2, 3]), b.broadcast(b.reduceSum(x), [2, 3])));
  expect(unstretch(needed).outputs.y.shape).toEqual([2, 3]);
});

test("the pipeline keeps programs valid, their names, and the lines of the model", () => {
  const loss = b.mean(b.square(b.tanh(x)));
  const full = program({ inputs: [x], outputs: { loss, g: grad(loss, [x])[0] } });
  const lean = simplify(full);
  verify(lean);
  expect(Object.keys(lean.outputs)).toEqual(["loss", "g"]);
  expect(lean.nodes.length).toBeLessThan(full.nodes.length);
  expect(new Set(lean.nodes.map((node) => node.where.split(":")[0]))).toEqual(new Set(["passes/passes.test.ts"]));
});

function build(factor: number, name = "y") {
  const own = b.input("x", [2]);
  return program({ inputs: [own], outputs: { [name]: b.mul(own, factor) } });
}

describe("the digest of a program", () => {
  test("is equal for equal programs, and different for different ones", () => {
    expect(digest(build(2))).toBe(digest(build(2)));
    const others = [build(3), build(2, "z"), simplify(whole(b.mul(x, 2)))];
    expect(new Set([build(2), ...others].map(digest)).size).toBe(4);
  });

  test("does not change between versions by accident", () => {
    expect(digest(build(2))).toMatchInlineSnapshot(
      `"3bae49446237e217fe6baaa9c105f1e64fdb80eea49f7d812b78885317605002"`,
    );
  });
});
