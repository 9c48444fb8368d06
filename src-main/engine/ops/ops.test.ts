/** Every op's gradient against central differences, and every op on ONNX against the reference, in float64. */
import { describe, expect, test } from "vitest";
import { onnxExecutor } from "../executors/onnx.ts";
import { CASES, type OpCase } from "../testing/cases.ts";
import { executorFaults, gradientFaults, prepare } from "../testing/derivatives.ts";
import { SHAPE } from "./shape.ts";

const OPS = Object.keys(SHAPE);

/** Why an op's cases prove nothing about it: there are none, or one that does not hold the op or moves nothing. */
function unproven(ops: readonly string[], cases: Readonly<Record<string, readonly OpCase[]>>): string[] {
  return ops.flatMap((op) => {
    const own = Object.hasOwn(cases, op) ? cases[op] : [];
    if (own.length === 0) return [`The op "${op}" has no case: add one to engine/testing/cases.ts.`];
    const idle = own.filter((c) => {
      const { program, wrt } = prepare(c);
      return wrt.length === 0 || !program.nodes.some((node) => node.op === op);
    });
    return idle.map((c) => `The case "${c.name}" of the op "${op}" does not use it.`);
  });
}

test(`${OPS.length} ops, ${Object.keys(CASES).length} checked by central differences of both orders`, () => {
  expect(unproven(OPS, CASES)).toEqual([]);
});

test("the loop refuses an op without cases, and a case without its op", () => {
  expect(unproven(["conv9d"], CASES)).toEqual(['The op "conv9d" has no case: add one to engine/testing/cases.ts.']);
  expect(unproven(["exp"], { exp: CASES.neg.slice(0, 1) })).toEqual([
    'The case "matrix" of the op "exp" does not use it.',
  ]);
});

const above = (limit: number, faults: Record<string, number>): [string, number][] =>
  Object.entries(faults).filter(([, fault]) => !(fault < limit));

describe.each(Object.entries(CASES))("%s", (_op, cases) => {
  test.each(cases.map((c) => [c.name, c] as const))("%s: gradients of both orders", async (_name, c) => {
    expect(above(1e-6, await gradientFaults(c))).toEqual([]);
  });

  test.each(cases.map((c) => [c.name, c] as const))("%s: ONNX agrees with the reference", async (_name, c) => {
    expect(above(3e-5, await executorFaults(onnxExecutor({ threads: 1 }), prepare(c)))).toEqual([]);
  });
});
