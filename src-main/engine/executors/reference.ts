/** The reference executor: float64, plain TypeScript, slow; what every other executor is compared with. */
import { ApexError } from "../../contract/errors.ts";
import { type Data, type DType, type Tensor, type Value } from "../graph.ts";
import { compute } from "../ops/reference/index.ts";
import type { Program } from "../program.ts";
import { verify } from "../verify.ts";
import { refusal } from "./attempt.ts";
import type { Executor, Session } from "./executor.ts";
import { orderedFeeds } from "./feeds.ts";

/** Runs the program node by node, without any pass, so that it also judges the passes. */
export function referenceExecutor(): Executor {
  return {
    name: "reference",
    compile: async (program): Promise<Session> => {
      verify(program);
      return { run: async (feeds) => evaluate(program, feeds), [Symbol.asyncDispose]: async () => {} };
    },
  };
}

function evaluate(program: Program, feeds: Readonly<Record<string, Value>>): Record<string, Value> {
  const numbers = new Map<Tensor, Float64Array>();
  const known = (node: Tensor): Float64Array => {
    const found = numbers.get(node);
    if (found === undefined) throw new ApexError("internal", `${node.op} at ${node.where} was not computed.`);
    return found;
  };
  orderedFeeds(program, feeds).forEach((fed, i) => numbers.set(program.inputs[i], Float64Array.from(fed.data)));
  for (const node of program.nodes) if (node.op !== "input") numbers.set(node, computed(node, node.inputs.map(known)));
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, node]) => {
      const { shape, dtype } = node;
      return [name, { shape, dtype, data: typed(known(node), dtype) }];
    }),
  );
}

/** Faults name the op and its line. */
function computed(node: Tensor, operands: readonly Float64Array[]): Float64Array {
  try {
    return compute(node, operands);
  } catch (error) {
    throw refusal("running a program", error, `${node.op} at ${node.where}`);
  }
}

/** A copy, in the array that the dtype has; float32 stays exact. */
function typed(numbers: Float64Array, dtype: DType): Data {
  switch (dtype) {
    case "float32":
      return numbers.slice();
    case "int32":
      return Int32Array.from(numbers);
    case "bool":
      return Uint8Array.from(numbers);
  }
}
