/** Reference rows of the elementwise ops. */
import { sameShape, type Shape, size, strides, type Tensor } from "../../graph.ts";
import type { ReferenceRows } from "./rule.ts";

/** `data` of shape `from`, stretched to `to` as in NumPy. */
export function stretch(data: Float64Array, from: Shape, to: Shape): Float64Array {
  if (sameShape(from, to)) return data;
  const lead = to.length - from.length;
  const step = strides(from).map((s, i) => (from[i] === 1 ? 0 : s));
  const outer = strides(to);
  return Float64Array.from({ length: size(to) }, (_, at) => {
    let source = 0;
    for (let i = lead; i < to.length; i++) source += (Math.floor(at / outer[i]) % to[i]) * step[i - lead];
    return data[source];
  });
}

const each =
  (f: (x: number) => number) =>
  (_: Tensor, [x]: readonly Float64Array[]): Float64Array =>
    x.map(f);

const both =
  (f: (x: number, y: number) => number) =>
  (node: Tensor, operands: readonly Float64Array[]): Float64Array => {
    const [x, y] = operands.map((data, i) => stretch(data, node.inputs[i].shape, node.shape));
    return x.map((value, i) => f(value, y[i]));
  };

type Elementwise =
  | ("neg" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "relu" | "abs" | "sign" | "cast")
  | ("add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "greater" | "equal" | "select");

export const elementwise: ReferenceRows<Elementwise> = {
  neg: each((x) => -x),
  exp: each(Math.exp),
  log: each(Math.log),
  sqrt: each(Math.sqrt),
  tanh: each(Math.tanh),
  sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  relu: each((x) => Math.max(x, 0)),
  abs: each(Math.abs),
  sign: each(Math.sign),
  cast: (node, [x]) => {
    switch (node.dtype) {
      case "float32":
        return x;
      case "int32":
        return x.map(Math.trunc);
      case "bool":
        return x.map((value) => Number(value !== 0));
    }
  },

  add: both((x, y) => x + y),
  sub: both((x, y) => x - y),
  mul: both((x, y) => x * y),
  div: both((x, y) => x / y),
  maximum: both(Math.max),
  minimum: both(Math.min),
  greater: both((x, y) => Number(x > y)),
  equal: both((x, y) => Number(x === y)),
  select: (node, operands) => {
    const [condition, x, y] = operands.map((data, i) => stretch(data, node.inputs[i].shape, node.shape));
    return condition.map((c, i) => (c === 0 ? y[i] : x[i]));
  },
};
