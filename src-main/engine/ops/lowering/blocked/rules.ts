/** Blocked rows of table 4: how an op is written where its operands or its result are blocked; null: as everywhere. */
import { as, type Node, sameShape, size, type Tensor } from "../../../graph.ts";
import { ELEMENT } from "../../../onnx/model.ts";
import type { Attributes } from "../../../onnx/op.ts";
import type { OpName } from "../../attributes.ts";
import { axpy } from "./axpy.ts";
import { channelAffine, fusedRelu, scaled } from "./channels.ts";
import { type Blocked, type Forms, isNative, type Lowered } from "./forms.ts";
import { maxPool2d, maxPool2dScatter } from "./max-pool.ts";
import { addedTo } from "./added.ts";
import { concat, slice } from "./parts.ts";
import { STEEP } from "./native.ts";
import { channelMoments, reduceSum } from "./statistics.ts";
import { conv2dWeightGrad } from "./weight-gradient/rule.ts";
import { avgPool2d, avgPool2dGrad, conv2d, conv2dInputGrad, reluOfConvolution } from "./windows.ts";

type Rule<O extends OpName> = (node: Node<O>, forms: Forms) => Lowered | null;

/** The same op on blocked memory: where a number lies does not matter to it. */
const unary =
  (type: string, attributes: (node: Tensor) => Attributes = () => ({})) =>
  (node: Tensor, forms: Forms): Lowered | null => {
    const x = forms.blocked(node.inputs[0]);
    return x === null ? null : { blocked: { ...x, name: forms.onnx.op(type, [x.name], attributes(node)) } };
  };

/** Operands of the result's size that are blocked alike, or can be, and scalars. */
const several =
  (type: string) =>
  (node: Tensor, forms: Forms): Lowered | null => {
    const whole = (x: Tensor): boolean => size(x.shape) === size(node.shape);
    const { inputs } = node;
    const known = inputs.flatMap((x) => (whole(x) ? (forms.blocked(x) ?? []) : []))[0];
    if (known === undefined) return null;
    const names: string[] = [];
    for (const x of inputs) {
      const name = whole(x) ? alike(x, known, forms) : size(x.shape) === 1 ? scalarOf(x, forms) : null;
      if (name === null) return null;
      names.push(name);
    }
    return { blocked: { ...known, name: forms.onnx.op(type, names) } };
  };

/** A tensor blocked as `known` is, and of its shape in the model. */
function alike(x: Tensor, { pixels }: Blocked, forms: Forms): string | null {
  const own = forms.blocked(x);
  if (own?.pixels === pixels) return own.name;
  const can = x.dtype === "float32" && x.shape.length === 4 && isNative(x.shape, pixels, forms.block);
  return can ? forms.toBlocked(x) : null;
}

/** Of rank 0, so that it adds no dimension. */
const scalarOf = (x: Tensor, forms: Forms): string =>
  x.shape.length === 0 ? forms.plain(x) : forms.onnx.op("Reshape", [forms.plain(x), forms.onnx.ints([])]);

/** 1 where a number is above 0, else 0, as a ReLU's gradient has it: one op, whose threads a cast has not. */
function positive(node: Node<"cast">, forms: Forms): Lowered | null {
  const [x, zero] = node.inputs[0].op === "greater" ? node.inputs[0].inputs : [];
  const bound = zero === undefined ? null : as(zero, "constant");
  if (node.dtype !== "float32" || x?.dtype !== "float32" || bound?.attrs.data.length !== 1) return null;
  if (bound.attrs.data[0] !== 0 || !sameShape(x.shape, node.shape)) return null;
  const step = (name: string): string =>
    forms.onnx.op("HardSigmoid", [name], { alpha: { float: STEEP }, beta: { float: 0 } });
  const form = forms.blocked(x);
  return form === null ? { plain: step(forms.plain(x)) } : { blocked: { ...form, name: step(form.name) } };
}

/** max(0, 1 - |x|), as bilinear weights are: of what is not negative, one op. */
function hat(node: Node<"relu">, forms: Forms): Lowered | null {
  const difference = as(node.inputs[0], "sub");
  const [one, distance] = difference?.inputs ?? [];
  const bound = one === undefined ? null : as(one, "constant");
  if (bound?.attrs.data.length !== 1 || bound.attrs.data[0] !== 1 || distance?.op !== "abs") return null;
  const hatOf = (name: string): string =>
    forms.onnx.op("HardSigmoid", [name], { alpha: { float: -1 }, beta: { float: 1 } });
  const form = forms.blocked(distance);
  return form === null ? { plain: hatOf(forms.plain(distance)) } : { blocked: { ...form, name: hatOf(form.name) } };
}

const BLOCKED: { readonly [O in OpName]?: Rule<O> } = {
  neg: unary("Neg"),
  exp: unary("Exp"),
  log: unary("Log"),
  sqrt: unary("Sqrt"),
  tanh: unary("Tanh"),
  sigmoid: unary("Sigmoid"),
  abs: unary("Abs"),
  sign: unary("Sign"),
  erf: unary("Erf"),
  gelu: unary("Gelu"),
  leakyRelu: unary("LeakyRelu", (node) => ({ alpha: { float: (node as Node<"leakyRelu">).attrs.slope } })),
  cast: (node, forms) => positive(node, forms) ?? unary("Cast", () => ({ to: ELEMENT[node.dtype] }))(node, forms),
  relu: (node, forms) =>
    fusedRelu(node, forms) ?? reluOfConvolution(node, forms) ?? hat(node, forms) ?? unary("Relu")(node, forms),

  add: (node, forms) => axpy(node, forms) ?? addedTo(node, forms) ?? several("Add")(node, forms),
  sub: several("Sub"),
  mul: (node, forms) => several("Mul")(node, forms) ?? scaled(node, forms),
  div: several("Div"),
  maximum: several("Max"),
  minimum: several("Min"),
  greater: several("Greater"),
  equal: several("Equal"),
  select: several("Where"),

  // Nothing moves: the memory's order is that of the picture which it was, whatever shape it goes by.
  reshape: (node, forms) => {
    const x = forms.blocked(node.inputs[0]);
    if (x === null) return null;
    return { blocked: { ...x, name: forms.onnx.op("Reshape", [x.name, forms.onnx.ints(node.shape)]) } };
  },

  concat,
  slice,

  reduceSum,
  channelMoments,
  channelAffine,

  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  maxPool2d,
  maxPool2dScatter,
  avgPool2d,
  avgPool2dGrad,
};

/** Writes one node in its blocked form, or says that it has none. */
export function lowerBlocked<O extends OpName>(node: Node<O>, forms: Forms): Lowered | null {
  return BLOCKED[node.op]?.(node, forms) ?? null;
}
