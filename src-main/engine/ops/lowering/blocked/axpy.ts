/**
 * a * x + y over large tensors, as an optimiser's moments are: one pass of a depthwise convolution of one tap, whose
 * filter is the scalar and which adds to what is there, where a product and a sum are two.
 */
import { type Node, sameShape, size, type Tensor } from "../../../graph.ts";
import type { Shaped } from "../../../onnx/model.ts";
import { type Forms, type Lowered, NCHWC } from "./forms.ts";

/** Smaller tensors stay in the cache anyway. */
const LEAST = 65_536;
const WIDEST = 1024;
interface Terms {
  /** One number. */
  readonly a: Tensor;
  readonly x: Tensor;
  /** Of x's shape, or one number. */
  readonly y: Tensor;
}

function termsOf(node: Node<"add">, forms: Forms): Terms | null {
  for (const product of node.inputs) {
    if (product.op !== "mul" || forms.uses(product) > 1) continue;
    const a = product.inputs.find((t) => size(t.shape) === 1);
    const x = product.inputs.find((t) => t !== a && sameShape(t.shape, node.shape));
    const y = node.inputs.find((t) => t !== product);
    if (a === undefined || x === undefined || y === undefined) continue;
    if (sameShape(y.shape, node.shape) || size(y.shape) === 1) return { a, x, y };
  }
  return null;
}

/** `add`: a blocked tensor of the result's shape, added to a * x and one number. */
export function axpy(node: Node<"add">, forms: Forms, add?: string): Lowered | null {
  const count = size(node.shape);
  if (count < LEAST || count % forms.block !== 0) return null;
  const terms = termsOf(node, forms);
  if (terms === null) return null;
  const { a, x, y } = terms;
  // Where numbers lie does not matter, as long as they lie alike.
  const blocked = forms.blocked(x);
  const whole = size(y.shape) === count;
  if (add !== undefined && (whole || blocked === null)) return null;
  // What is added to would first be copied to the output, by one thread: two passes by all are faster.
  if (whole && forms.isOutput(node)) return null;
  if (blocked === null && (!whole || forms.blocked(y) === null)) {
    const made = convolved(forms, count, { a, x: forms.plain(x), y: whole ? forms.plain(y) : y });
    return { plain: forms.onnx.shaped(made, node.shape) };
  }
  const other = whole ? forms.blocked(y) : null;
  if (blocked === null || (whole && other?.pixels !== blocked.pixels)) return null;
  const { name } = convolved(forms, count, { a, x: blocked.name, y: other?.name ?? y, add });
  return { blocked: { ...blocked, name: forms.onnx.op("Reshape", [name, forms.onnx.ints(node.shape)]) } };
}

interface Named {
  readonly a: Tensor;
  readonly x: string;
  /** By its name where it is whole; one number as its tensor. */
  readonly y: string | Tensor;
  readonly add?: string;
}

function convolved(forms: Forms, count: number, { a, x, y, add }: Named): Shaped {
  const { onnx, block } = forms;
  const width = Array.from({ length: WIDEST }, (_, i) => WIDEST - i).find((w) => (count / block) % w === 0) ?? 1;
  const shape = [1, block, count / block / width, width];
  const each = (t: Tensor, tail: readonly number[]): string =>
    onnx.op("Expand", [onnx.op("Reshape", [forms.plain(t), onnx.ints([1, ...tail])]), onnx.ints([block, ...tail])]);
  const operands = [onnx.op("Reshape", [x, onnx.ints(shape)]), each(a, [1, 1, 1])];
  const whole = typeof y === "string" ? y : add;
  operands.push(typeof y === "string" ? "" : each(y, []));
  if (whole !== undefined) operands.push(onnx.op("Reshape", [whole, onnx.ints(shape)]));
  return { name: onnx.op(`${NCHWC}.Conv`, operands, { kernel_shape: [1, 1], group: block }), shape };
}
