/** Where tensors come from: a program's inputs and constants. */
import { type Data, type DType, type Shape, type Tensor } from "../graph.ts";
import { make } from "./make.ts";

/** What the elementwise functions accept: a tensor, or a number that stands for a scalar constant. */
export type Operand = Tensor | number;

/** A tensor that is fed at every run under this name. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  return make("input", [], { name, shape: [...shape], dtype });
}

/** Numbers that are part of the program. */
export function constant(data: Data | readonly number[], shape: Shape, dtype: DType = "float32"): Tensor {
  return make("constant", [], {
    data: ArrayBuffer.isView(data) ? data : arrayOf(data, dtype),
    shape: [...shape],
    dtype,
  });
}

export function scalar(x: number): Tensor {
  return constant([x], []);
}

/** A constant filled with one number. */
export function full(x: number, shape: Shape): Tensor {
  return make("broadcast", [scalar(x)], { shape: [...shape] });
}

export function tensor(x: Operand): Tensor {
  return typeof x === "number" ? scalar(x) : x;
}

function arrayOf(numbers: readonly number[], dtype: DType): Data {
  switch (dtype) {
    case "float32":
      return Float64Array.from(numbers);
    case "int32":
      return Int32Array.from(numbers);
    case "bool":
      return Uint8Array.from(numbers);
  }
}
