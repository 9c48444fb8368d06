/** Blocked rows of convolutions and pools. */
import { as, type Node } from "../../../graph.ts";
import type { Attributes } from "../../../onnx/op.ts";
import type { Pair } from "../../attributes.ts";
import { blockedAdjoint, blockedFilters, filtersForPlain } from "./filters.ts";
import { type Forms, type Lowered, NCHWC } from "./forms.ts";
import { native, unit, windowed } from "./native.ts";
import { stridedInputGrad } from "./strided.ts";

/** Output channels must fill blocks; input channels must too, or be fewer than one block, which is taken plain. */
export function conv2d(node: Node<"conv2d">, forms: Forms, add?: string): Lowered | null {
  return convolved(node, forms, { add });
}

/** The ReLU of a convolution that nothing else needs is part of it. */
export function reluOfConvolution(node: Node<"relu">, forms: Forms): Lowered | null {
  const y = as(node.inputs[0], "conv2d");
  return y === null || forms.uses(y) > 1 ? null : convolved(y, forms, { more: { activation: "Relu" } });
}

interface Besides {
  readonly more?: Attributes;
  /** A blocked picture of the result's shape, which is added. */
  readonly add?: string;
}

function convolved(node: Node<"conv2d">, forms: Forms, { more, add }: Besides): Lowered | null {
  const [x, w, bias] = node.inputs;
  const { stride, padding, groups } = node.attrs;
  const [o, i, kh, kw] = w.shape;
  const plain = i < forms.block;
  if (groups > 1 || o % forms.block !== 0 || (!plain && i % forms.block !== 0)) return null;
  const filters = (plain ? filtersForPlain : blockedFilters)(forms, w);
  const operands = [plain ? forms.plain(x) : forms.toBlocked(x), filters];
  if (bias !== undefined) operands.push(forms.plain(bias));
  if (add !== undefined) operands.push(...(bias === undefined ? [""] : []), add);
  const attributes = { ...windowed([kh, kw], stride, padding), ...more };
  return native(node, forms.onnx.op(`${NCHWC}.Conv`, operands, attributes));
}

/** With stride 1 the adjoint is itself a convolution; with more, one for each remainder of a pixel's place by it. */
export function conv2dInputGrad(node: Node<"conv2dInputGrad">, forms: Forms, add?: string): Lowered | null {
  const [g, w] = node.inputs;
  const { stride, padding, groups } = node.attrs;
  const [o, i, kh, kw] = w.shape;
  if (groups > 1 || o % forms.block !== 0 || i % forms.block !== 0) return null;
  if (!unit(stride)) return add === undefined ? stridedInputGrad(node, forms) : null;
  if (padding[0] >= kh || padding[1] >= kw) return null;
  const filters = blockedAdjoint(forms, w);
  const rest: Pair = [kh - 1 - padding[0], kw - 1 - padding[1]];
  const operands = [forms.toBlocked(g), filters, ...(add === undefined ? [] : ["", add])];
  return native(node, forms.onnx.op(`${NCHWC}.Conv`, operands, windowed([kh, kw], stride, rest)));
}

export function avgPool2d(node: Node<"avgPool2d">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const { kernel, stride, padding } = node.attrs;
  const form = forms.native(x);
  if (form === null) return null;
  const attributes = { ...windowed(kernel, stride, padding), count_include_pad: 0 };
  return native(node, forms.onnx.op(`${NCHWC}.AveragePool`, [form], attributes));
}

/**
 * With stride 1 the adjoint of a mean is a sum over the same window, taken here as a mean with its padding counted, of
 * the numbers over the pixels that each mean had counted.
 */
export function avgPool2dGrad(node: Node<"avgPool2dGrad">, forms: Forms): Lowered | null {
  const [g] = node.inputs;
  const { kernel, stride, padding, size: target } = node.attrs;
  const form = forms.native(g);
  if (form === null || !unit(stride)) return null;
  const { onnx, block } = forms;
  const [n, c, rows, columns] = g.shape;
  const counted = (axis: 0 | 1, at: number): number =>
    Math.min(at - padding[axis] + kernel[axis], target[axis]) - Math.max(at - padding[axis], 0);
  const shares = Float32Array.from({ length: rows * columns * block }, (_, at) => {
    const [row, column] = [Math.floor(at / block / columns), Math.floor(at / block) % columns];
    return (kernel[0] * kernel[1]) / (counted(0, row) * counted(1, column));
  });
  const share = onnx.tensor(shares, { shape: [rows * columns * block], dtype: "float32" });
  const matrix = onnx.op("Reshape", [form, onnx.ints([(n * c) / block, rows * columns * block])]);
  const shared = onnx.op("Reshape", [onnx.op("Mul", [matrix, share]), onnx.ints(g.shape)]);
  const rest: Pair = [kernel[0] - 1 - padding[0], kernel[1] - 1 - padding[1]];
  const attributes = { ...windowed(kernel, stride, rest), count_include_pad: 1 };
  return native(node, onnx.op(`${NCHWC}.AveragePool`, [shared], attributes));
}
