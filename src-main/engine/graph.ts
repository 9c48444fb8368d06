/**
 * Tensors as nodes of a graph. A node is immutable and knows its op, inputs, attributes, shape, dtype and the line of
 * the model that built it. Shapes are static; pictures are NCHW. Nothing is computed here: executors run programs.
 */
import type { OpAttributes, OpName } from "./ops/attributes.ts";
import type { TensorType } from "./value.ts";

export * from "./value.ts";

export interface Node<O extends OpName> extends TensorType {
  /** Creation order: a node's inputs always have smaller ids, so sorting by id is a topological order. */
  readonly id: number;
  readonly op: O;
  readonly inputs: readonly Tensor[];
  readonly attrs: OpAttributes[O];
  /** `models/cnn.ts:31` */
  readonly where: string;
}

/** One node of any op. */
export type Tensor = Node<OpName>;

/** The node as one of its op's own type, or null when it is of another op. */
export function as<O extends OpName>(node: Tensor, op: O): Node<O> | null {
  // The one place where the link between `op` and `attrs` is restated for the compiler.
  return node.op === op ? (node as unknown as Node<O>) : null;
}

let inherited: string | null = null;

/** Nodes built inside `build` are said to come from `where`: gradients point at the line of the forward op. */
export function builtAt<T>(where: string, build: () => T): T {
  const outer = inherited;
  inherited = where;
  try {
    return build();
  } finally {
    inherited = outer;
  }
}

const ENGINE_FRAME = /src-main[\\/]engine[\\/](?!.*\.test\.ts)/;

const PLACE = /([^\\/(\s]+[\\/][^\\/]+):(\d+):\d+\)?$/;

/** Frames that are looked at. */
const DEEP = 16;

/** Lines of the model by the stacks that they were read from: reading one through source maps takes its time. */
const known = new Map<string, string>();

/** The line of the model that called into the engine, from the stack. */
export function callSite(): string {
  if (inherited !== null) return inherited;
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = DEEP;
  try {
    Error.prepareStackTrace = (_, frames) => frames.map(position).join();
    const stack = String(new Error("call site").stack);
    Error.prepareStackTrace = prepareStackTrace;
    const line = known.get(stack) ?? lineOf(new Error("call site").stack ?? "");
    known.set(stack, line);
    return line;
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

const position = (frame: NodeJS.CallSite): string => `${frame.getScriptNameOrSourceURL()}:${frame.getPosition()}`;

function lineOf(stack: string): string {
  const frames = stack.split("\n").slice(1);
  // Frames without a place are V8's own, between a list and what is done to each of it.
  const frame = frames.find((line) => PLACE.test(line) && !ENGINE_FRAME.test(line)) ?? frames.at(-1) ?? "";
  const place = PLACE.exec(frame);
  return place === null ? "an unknown line" : `${place[1]}:${place[2]}`;
}
