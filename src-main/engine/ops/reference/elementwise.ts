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

/** The error function, to float64's last digits: a series of positive terms (Abramowitz and Stegun 7.1.6). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

type Elementwise =
  | ("neg" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "relu" | "abs" | "sign" | "cast" | "detach")
  | ("erf" | "gelu" | "leakyRelu")
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
  erf: each(erf),
  gelu: each((x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
  leakyRelu: (node, [x]) => x.map((value) => (value > 0 ? value : node.attrs.slope * value)),
  detach: (_, [x]) => x,
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
