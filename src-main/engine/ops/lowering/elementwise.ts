/** Lowering rows of the elementwise ops. */
import { size, type Tensor } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { LoweringRows } from "./rule.ts";

type Operands = readonly string[];

const same =
  (type: string) =>
  (_: Tensor, operands: Operands, onnx: OnnxModel): string =>
    onnx.op(type, operands);

/**
 * An op of a tensor whose last dimension is 1, [O, I, 1, 1] say, with a scalar runs number by number in onnxruntime;
 * flattened to one dimension it runs as one vector.
 */
const broadcasting =
  (type: string) =>
  (node: Tensor, operands: Operands, onnx: OnnxModel): string => {
    const tail = node.shape.length > 1 && node.shape[node.shape.length - 1] === 1;
    const flat = node.inputs.every((x) => size(x.shape) === 1 || size(x.shape) === size(node.shape));
    if (!tail || !flat) return onnx.op(type, operands);
    const rows = operands.map((name) => onnx.op("Reshape", [name, onnx.ints([-1])]));
    return onnx.shaped({ name: onnx.op(type, rows), shape: [size(node.shape)] }, node.shape);
  };

const ELEMENT = { float32: 1, int32: 6, bool: 9 } as const;

type Elementwise =
  | ("neg" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "relu" | "abs" | "sign" | "cast" | "detach")
  | ("erf" | "gelu" | "leakyRelu")
  | ("add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "greater" | "equal" | "select");

export const elementwise: LoweringRows<Elementwise> = {
  neg: same("Neg"),
  exp: same("Exp"),
  log: same("Log"),
  sqrt: same("Sqrt"),
  tanh: same("Tanh"),
  sigmoid: same("Sigmoid"),
  relu: same("Relu"),
  abs: same("Abs"),
  sign: same("Sign"),
  erf: same("Erf"),
  gelu: same("Gelu"),
  leakyRelu: (node, operands, onnx) => onnx.op("LeakyRelu", operands, { alpha: { float: node.attrs.slope } }),
  detach: (_, [x]) => x,
  cast: (node, operands, onnx) => onnx.op("Cast", operands, { to: ELEMENT[node.dtype] }),

  add: broadcasting("Add"),
  sub: broadcasting("Sub"),
  mul: broadcasting("Mul"),
  div: broadcasting("Div"),
  maximum: broadcasting("Max"),
  minimum: broadcasting("Min"),
  greater: broadcasting("Greater"),
  equal: broadcasting("Equal"),
  select: broadcasting("Where"),
};
