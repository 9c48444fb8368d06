/**
 * The sum of two pictures of which one is a convolution or a map over channels: these add to what is there, so that the
 * sum is no pass of its own.
 */
import { as, type Node, sameShape, type Tensor } from "../../../graph.ts";
import { axpy } from "./axpy.ts";
import { channelAffine, scaled } from "./channels.ts";
import { type Forms, type Lowered, pixelsOf } from "./forms.ts";
import { conv2d, conv2dInputGrad } from "./windows.ts";

/** The term as it is made when something is added to it; null: it is made of something else. */
function making(term: Tensor, forms: Forms): ((add: string) => Lowered | null) | null {
  const [convolution, adjoint] = [as(term, "conv2d"), as(term, "conv2dInputGrad")];
  if (convolution !== null) return (add) => conv2d(convolution, forms, add);
  if (adjoint !== null) return (add) => conv2dInputGrad(adjoint, forms, add);
  const [affine, product, sum] = [as(term, "channelAffine"), as(term, "mul"), as(term, "add")];
  if (affine !== null) return (add) => channelAffine(affine, forms, add);
  if (sum !== null) return (add) => axpy(sum, forms, add);
  if (term.op === "reshape" && forms.uses(term.inputs[0]) === 1) return reshaped(term, forms);
  return product === null ? null : (add) => scaled(product, forms, add);
}

/** Blocked memory stays what it is under another shape. */
function reshaped(term: Tensor, forms: Forms): ((add: string) => Lowered | null) | null {
  const inner = making(term.inputs[0], forms);
  if (inner === null) return null;
  return (add) => {
    const blocked = inner(add)?.blocked;
    if (blocked === undefined) return null;
    return { blocked: { ...blocked, name: forms.onnx.op("Reshape", [blocked.name, forms.onnx.ints(term.shape)]) } };
  };
}

export function addedTo(node: Node<"add">, forms: Forms): Lowered | null {
  const [a, b] = node.inputs;
  if (!sameShape(a.shape, b.shape)) return null;
  for (const [term, other] of [
    [a, b],
    [b, a],
  ]) {
    // What others need too would be copied first, by one thread.
    const add = forms.uses(other) === 1 && forms.uses(term) === 1 ? forms.native(other) : null;
    const made = add === null ? null : (making(term, forms)?.(add) ?? null);
    if (made?.blocked?.pixels === pixelsOf(node.shape)) return made;
  }
  return null;
}
