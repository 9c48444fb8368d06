/** Every op's gradient against central differences, and every op on ONNX against the reference, in float64. */
import { describe, expect, test } from "vitest";
import { add, constant, input, mul, reduceSum, square } from "../build/index.ts";
import { onnxExecutor } from "../executors/onnx.ts";
import { referenceExecutor } from "../executors/reference.ts";
import type { Session } from "../executors/executor.ts";
import { grad } from "../grad.ts";
import { as, size, type Tensor, type Value, value } from "../graph.ts";
import { program, reachable } from "../program.ts";
import { Random } from "../random.ts";
import { CASES, type OpCase, type Operand } from "../testing/cases.ts";
import { SHAPE } from "./shape.ts";

function feed(operand: Operand, random: Random): Value {
  const { shape, dtype = "float32", range: [low, high] = [-2, 2], data } = operand;
  const numbers = data ?? Array.from({ length: size(shape) }, () => low + (high - low) * random.uniform());
  switch (dtype) {
    case "float32":
      return value(Float64Array.from(numbers), shape);
    case "int32":
      return value(Int32Array.from(numbers), shape, dtype);
    case "bool":
      return value(Uint8Array.from(numbers), shape, dtype);
  }
}

interface Prepared {
  readonly inputs: readonly Tensor[];
  readonly wrt: readonly Tensor[];
  readonly outputs: Record<string, Tensor>;
  readonly feeds: Record<string, Value>;
}

/** A scalar that every number of `x` enters with another weight, once linearly and once squared. */
function weighed(x: Tensor, random: Random): Tensor {
  const weights = constant(
    Array.from({ length: size(x.shape) }, () => 2 * random.uniform() - 1),
    x.shape,
  );
  return reduceSum(mul(weights, add(x, square(x))));
}

/** The case as a program: the result, a loss, its gradients, a scalar of those, and the gradients of that. */
function prepare({ operands, build }: OpCase): Prepared {
  const random = new Random(7);
  const inputs = operands.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
  const feeds = Object.fromEntries(operands.map((operand, i) => [`x${i}`, feed(operand, random)]));
  const wrt = inputs.filter((x, i) => x.dtype === "float32" && operands[i].fixed !== true);
  const result = build(...inputs);
  const loss = weighed(result, random);
  const first = grad(loss, wrt);
  const slope = first.map((g) => weighed(g, random)).reduce((a, b) => add(a, b));
  const second = grad(slope, wrt);
  const outputs: Record<string, Tensor> = { result, loss, slope };
  wrt.forEach((x, i) => {
    outputs[`loss by ${nameOf(x)}`] = first[i];
    outputs[`slope by ${nameOf(x)}`] = second[i];
  });
  return { inputs, wrt, outputs, feeds };
}

function nameOf(x: Tensor): string {
  return as(x, "input")?.attrs.name ?? "";
}

/** Largest difference in any number, as a part of the largest number or of 1. */
function distance(have: Iterable<number>, want: Iterable<number>): number {
  const [a, b] = [[...have], [...want]];
  expect(a.length).toBe(b.length);
  const scale = Math.max(1, ...b.map(Math.abs));
  return Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]) / scale));
}

const below = (limit: number) => expect.toSatisfy((x: number) => x < limit, `below ${limit}`);

const STEP = 1e-5;

/** The slope of the output `of` along every number of the feed `by`. */
async function differences(session: Session, feeds: Record<string, Value>, { of, by }: { of: string; by: string }) {
  const at = async (i: number, step: number): Promise<number> => {
    const { data, shape } = feeds[by];
    const moved = Float64Array.from(data);
    moved[i] += step;
    return (await session.run({ ...feeds, [by]: value(moved, shape) }))[of].data[0];
  };
  const out: number[] = [];
  for (let i = 0; i < feeds[by].data.length; i++) out.push(((await at(i, STEP)) - (await at(i, -STEP))) / (2 * STEP));
  return out;
}

/** Why an op's cases prove nothing about it: there are none, or one that does not hold the op. */
function unproven(ops: readonly string[], cases: Readonly<Record<string, readonly OpCase[]>>): string[] {
  return ops.flatMap((op) => {
    const own = Object.hasOwn(cases, op) ? cases[op] : [];
    if (own.length === 0) return [`The op "${op}" has no case: add one to engine/testing/cases.ts.`];
    const idle = own.filter((c) => !reachable([prepare(c).outputs.result]).some((node) => node.op === op));
    return idle.map((c) => `The case "${c.name}" of the op "${op}" does not use it.`);
  });
}

test("every op of the table has cases that use it", () => {
  expect(unproven(Object.keys(SHAPE), CASES)).toEqual([]);
});

test("the loop refuses an op without cases, and a case without its op", () => {
  expect(unproven(["conv9d"], CASES)).toEqual(['The op "conv9d" has no case: add one to engine/testing/cases.ts.']);
  expect(unproven(["exp"], { exp: CASES.neg.slice(0, 1) })).toEqual([
    'The case "matrix" of the op "exp" does not use it.',
  ]);
});

describe.each(Object.entries(CASES))("%s", (_op, cases) => {
  test.each(cases.map((c) => [c.name, c] as const))("%s: gradients of both orders", async (_name, c) => {
    const { inputs, wrt, outputs, feeds } = prepare(c);
    await using session = await referenceExecutor().compile(program({ inputs, outputs }));
    const have = await session.run(feeds);
    for (const x of wrt)
      for (const of of ["loss", "slope"]) {
        const want = await differences(session, feeds, { of, by: nameOf(x) });
        expect([of, nameOf(x), distance(have[`${of} by ${nameOf(x)}`].data, want)]).toEqual([
          of,
          nameOf(x),
          below(1e-6),
        ]);
      }
  });

  test.each(cases.map((c) => [c.name, c] as const))("%s: ONNX agrees with the reference", async (_name, c) => {
    const { inputs, outputs, feeds } = prepare(c);
    const whole = program({ inputs, outputs });
    await using reference = await referenceExecutor().compile(whole);
    await using onnx = await onnxExecutor({ threads: 1 }).compile(whole);
    const [want, have] = [await reference.run(feeds), await onnx.run(feeds)];
    for (const name of Object.keys(outputs))
      expect([name, distance(have[name].data, want[name].data)]).toEqual([name, below(3e-5)]);
  });
});
