/** Blocked rows of what joins and parts channels: whole blocks of channels lie together, so nothing is reordered. */
import type { Node } from "../../../graph.ts";
import type { Forms, Lowered } from "./forms.ts";
import { native } from "./native.ts";

/** Where a convolution wants the result, and something of it is blocked already. */
export function concat(node: Node<"concat">, forms: Forms): Lowered | null {
  const { inputs, shape, attrs } = node;
  if (attrs.axis !== 1 || shape.length !== 4 || node.dtype !== "float32") return null;
  if (!inputs.every((x) => x.shape[1] % forms.block === 0) || !inputs.some((x) => forms.native(x) !== null))
    return null;
  if (!forms.users(node).some(({ op }) => op === "conv2d")) return null;
  return native(
    node,
    forms.onnx.op(
      "Concat",
      inputs.map((x) => forms.toBlocked(x)),
      { axis: 1 },
    ),
  );
}

/** Of whole blocks of channels. */
export function slice(node: Node<"slice">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const { starts, ends } = node.attrs;
  const form = forms.native(x);
  if (form === null || x.shape.length !== 4 || node.dtype !== "float32") return null;
  const whole = x.shape.every((n, axis) => axis === 1 || (starts[axis] === 0 && ends[axis] === n));
  if (!whole || starts[1] % forms.block !== 0 || ends[1] % forms.block !== 0) return null;
  const { onnx } = forms;
  return native(node, onnx.op("Slice", [form, onnx.ints([starts[1]]), onnx.ints([ends[1]]), onnx.ints([1])]));
}
