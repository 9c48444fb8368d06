/** Checks of one case: its gradients of both orders against central differences, and one executor against another. */
import { add, constant, input, mul, reduceSum, square } from "../build/index.ts";
import type { Executor, Session } from "../executors/executor.ts";
import { referenceExecutor } from "../executors/reference.ts";
import { grad } from "../grad.ts";
import { as, size, type Tensor, type Value, value } from "../graph.ts";
import { program, type Program } from "../program.ts";
import { Random } from "../random.ts";
import type { OpCase, Operand } from "./cases.ts";

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

export interface Prepared {
  readonly program: Program;
  /** What is differentiated, by the names of the inputs. */
  readonly wrt: readonly string[];
  readonly feeds: Readonly<Record<string, Value>>;
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
export function prepare({ operands, build }: OpCase): Prepared {
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
  return { program: program({ inputs, outputs }), wrt: wrt.map(nameOf), feeds };
}

function nameOf(x: Tensor): string {
  return as(x, "input")?.attrs.name ?? "";
}

/** Largest difference in any number, as a part of the largest number or of 1; NaN where they are not equally many. */
export function distance(have: Iterable<number>, want: Iterable<number>): number {
  const [a, b] = [[...have], [...want]];
  if (a.length !== b.length) return NaN;
  const scale = Math.max(1, ...b.map(Math.abs));
  return Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]) / scale));
}

const STEP = 1e-5;

export interface Slope {
  /** A scalar output. */
  readonly of: string;
  /** The input that moves. */
  readonly by: string;
}

/** The slope of the output `of` along every number of the feed `by`, by central differences. */
export async function differences(
  session: Session,
  feeds: Readonly<Record<string, Value>>,
  { of, by }: Slope,
): Promise<number[]> {
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

/** How far each gradient of the case, of both orders, is from its central differences, in float64. */
export async function gradientFaults(c: OpCase): Promise<Record<string, number>> {
  const { program: whole, wrt, feeds } = prepare(c);
  await using session = await referenceExecutor().compile(whole);
  const have = await session.run(feeds);
  const faults: Record<string, number> = {};
  for (const by of wrt)
    for (const scalar of ["loss", "slope"]) {
      const name = `${scalar} by ${by}`;
      faults[name] = distance(have[name].data, await differences(session, feeds, { of: scalar, by }));
    }
  return faults;
}

/** How far each output of the program is on `executor` from the reference. */
export async function executorFaults(
  executor: Executor,
  { program: whole, feeds }: Omit<Prepared, "wrt">,
): Promise<Record<string, number>> {
  await using reference = await referenceExecutor().compile(whole);
  await using other = await executor.compile(whole);
  const [want, have] = [await reference.run(feeds), await other.run(feeds)];
  return Object.fromEntries(Object.keys(want).map((name) => [name, distance(have[name].data, want[name].data)]));
}
