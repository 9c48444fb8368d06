/** Rows of the elementwise ops. */
import type { Tensor } from "../../../graph.ts";
import type { Tf, TfjsRows, TfTensor } from "./rule.ts";

type Operands = readonly TfTensor[];

const one =
  (name: "neg" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "relu" | "abs" | "sign" | "erf" | "clone") =>
  (_: Tensor, [x]: Operands, tf: Tf): TfTensor =>
    tf[name](x);

const two =
  (name: "add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "greater" | "equal") =>
  (_: Tensor, [x, y]: Operands, tf: Tf): TfTensor =>
    tf[name](x, y);

type Elementwise =
  | ("neg" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "relu" | "abs" | "sign" | "cast" | "detach")
  | ("erf" | "gelu" | "leakyRelu")
  | ("add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "greater" | "equal" | "select");

export const elementwise: TfjsRows<Elementwise> = {
  neg: one("neg"),
  exp: one("exp"),
  log: one("log"),
  sqrt: one("sqrt"),
  tanh: one("tanh"),
  sigmoid: one("sigmoid"),
  relu: one("relu"),
  abs: one("abs"),
  sign: one("sign"),
  erf: one("erf"),
  detach: one("clone"),
  gelu: (_, [x], tf) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
  leakyRelu: (node, [x], tf) => tf.leakyRelu(x, node.attrs.slope),
  cast: (node, [x], tf) => tf.cast(x, node.dtype),

  add: two("add"),
  sub: two("sub"),
  mul: two("mul"),
  div: two("div"),
  maximum: two("maximum"),
  minimum: two("minimum"),
  greater: two("greater"),
  equal: two("equal"),
  select: (_, [condition, x, y], tf) => tf.where(condition, x, y),
};
