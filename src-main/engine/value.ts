/** Numbers with a shape and a type: what goes into a graph's inputs and comes out of its outputs. */
import { ApexError } from "../contract/errors.ts";

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

export function size(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Memory that values take, in bytes. */
export function bytesOf(values: Iterable<Value>): number {
  let sum = 0;
  for (const { data } of values) sum += data.byteLength;
  return sum;
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

/** Whether an array is of a kind that holds numbers of the dtype. */
export function holds(data: Data, dtype: DType): boolean {
  switch (dtype) {
    case "float32":
      return data instanceof Float32Array || data instanceof Float64Array;
    case "int32":
      return data instanceof Int32Array;
    case "bool":
      return data instanceof Uint8Array;
  }
}

/** A value, checked: as many numbers as the shape has places, in an array that fits the dtype. */
export function value(data: Data, shape: Shape, dtype: DType = "float32"): Value {
  if (!holds(data, dtype) || data.length !== size(shape))
    throw new ApexError(
      "shape-mismatch",
      `A value of type ${describe({ shape, dtype })} cannot be made of a ${data.constructor.name} of ${data.length} numbers.`,
    );
  return { data, shape, dtype };
}
