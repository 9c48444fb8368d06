/**
 * Tensors as nodes of a graph. A node is immutable and knows its op, inputs, attributes, shape, dtype and the line of
 * the model that built it. Shapes are static; pictures are NCHW. Nothing is computed here: executors run programs.
 */
import { ApexError } from "../contract/errors.ts";
import type { OpAttributes, OpName } from "./ops/attributes.ts";

export type Shape = readonly number[];
export type DType = "float32" | "int32" | "bool";
/** float32 is held as Float32Array or, exactly, as Float64Array; int32 as Int32Array; bool as Uint8Array of 0 and 1. */
export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Numbers with a shape: what goes into a session and comes out of it. Row-major. */
export interface Value extends TensorType {
  readonly data: Data;
}

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

export function size(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** Row-major strides, in elements. */
export function strides(shape: Shape): number[] {
  const out = Array.from({ length: shape.length }, () => 1);
  for (let i = shape.length - 2; i >= 0; i--) out[i] = out[i + 1] * shape[i + 1];
  return out;
}

/** `float32[2,3,8,8]` */
export function describe(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(",")}]`;
}

/** The node as one of its op's own type, or null when it is of another op. */
export function as<O extends OpName>(node: Tensor, op: O): Node<O> | null {
  // The one place where the link between `op` and `attrs` is restated for the compiler.
  return node.op === op ? (node as unknown as Node<O>) : null;
}

/** A value, checked: as many numbers as the shape has places, in an array that fits the dtype. */
export function value(data: Data, shape: Shape, dtype: DType = "float32"): Value {
  const fits = { float32: [Float32Array, Float64Array], int32: [Int32Array], bool: [Uint8Array] }[dtype];
  if (!fits.some((type) => data instanceof type) || data.length !== size(shape))
    throw new ApexError(
      "shape-mismatch",
      `A value of type ${describe({ shape, dtype })} cannot be made of a ${data.constructor.name} of ${data.length} numbers.`,
    );
  return { data, shape, dtype };
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

const ENGINE_FRAME = /[\\/]engine[\\/](?!.*\.test\.ts)/;

/** The line of the model that called into the engine, from the stack. */
export function callSite(): string {
  if (inherited !== null) return inherited;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 16;
  const frames = (new Error("call site").stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const frame = frames.find((line) => !ENGINE_FRAME.test(line)) ?? frames.at(-1) ?? "";
  const place = /([^\\/(\s]+[\\/][^\\/]+):(\d+):\d+\)?$/.exec(frame);
  return place === null ? "an unknown line" : `${place[1]}:${place[2]}`;
}
