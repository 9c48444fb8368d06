/** Stops a training at the first number that is NaN or infinite, and says which op made it. */
import { ApexError } from "../../../contract/errors.ts";
import {
  type Data,
  type Executor,
  mul,
  type Program,
  program,
  reduceSum,
  size,
  type Tensor,
  type Value,
} from "../../../engine/index.ts";

export interface StepPlace {
  /** From 1. */
  readonly step: number;
  /** 0-based. */
  readonly epoch: number;
  /** The learning rate of the step. */
  readonly rate: number;
}

interface Ran {
  readonly executor: Executor;
  readonly program: Program;
  /** Of its outputs. */
  readonly watched: readonly string[];
  readonly feeds: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
  readonly at: StepPlace;
}

/**
 * Outputs of at most this many numbers are looked through after every step. Whatever is not finite reaches one of them,
 * if not the loss: the backward pass ends in the first layer's weights, which are few.
 */
const WATCHED = 10_000;

/** The names of those outputs. */
export function watchedOutputs({ outputs }: Program): readonly string[] {
  return Object.keys(outputs).filter((name) => size(outputs[name].shape) <= WATCHED);
}

/** Throws ApexError `not-finite`, naming step, epoch and the first op whose result is not finite. */
export async function demandFiniteOutputs(ran: Ran): Promise<void> {
  if (ran.watched.every((name) => allFinite(ran.outputs[name].data))) return;
  const { step, epoch, rate } = ran.at;
  const origin = await originOf(ran);
  throw new ApexError(
    "not-finite",
    `Training met a number that is not finite at step ${step} (epoch ${epoch + 1})${origin.words}: try a learning rate below ${rate}, and look for pictures or flow with such values.`,
    { setting: "lr", ...(origin.op === null ? {} : { op: origin.op }) },
  );
}

export function allFinite(data: Data): boolean {
  if (data instanceof Float32Array) return finiteFloats(data);
  return Array.prototype.every.call(data, Number.isFinite);
}

/** Without a branch a number, and for one type of array: after every epoch all weights are looked through. */
function finiteFloats(data: Float32Array): boolean {
  let sum = 0;
  // 0 for a finite number, else NaN.
  for (let i = 0; i < data.length; i++) sum += data[i] - data[i];
  return sum === 0;
}

interface Origin {
  /** Goes on after "at step 3 (epoch 1)". */
  readonly words: string;
  readonly op: string | null;
}

/** Runs the step once more, from the same state, with a sum over each node beside it. */
async function originOf({ executor, program: ran, feeds }: Ran): Promise<Origin> {
  const fed = Object.entries(feeds).find(([, { data }]) => !allFinite(data));
  if (fed !== undefined) return { words: `; it came in with ${fed[0] === "x" ? "the pictures" : fed[0]}`, op: null };
  const nodes = ran.nodes.filter(({ op, dtype }) => op !== "input" && op !== "constant" && dtype === "float32");
  // 0 where all numbers are finite, else NaN; so nothing else of a node has to be kept.
  const sums = nodes.map((node): [string, Tensor] => [`node ${node.id}`, reduceSum(mul(node, 0))]);
  await using session = await executor.compile(program({ inputs: ran.inputs, outputs: Object.fromEntries(sums) }));
  const found = await session.run(feeds);
  const first = nodes.find(({ id }) => !allFinite(found[`node ${id}`].data));
  if (first === undefined) return { words: "; it did not come up when the step was repeated", op: null };
  return { words: `, first in the result of ${first.op} (${first.where})`, op: first.op };
}
