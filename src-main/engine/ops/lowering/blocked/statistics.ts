/** Blocked rows of statistics of channels: their results are small and plain. */
import { type Node, size, type Tensor } from "../../../graph.ts";
import { channels } from "../channels.ts";
import { mapped } from "./channels.ts";
import { type Forms, isGrouped, isNative, type Lowered } from "./forms.ts";

/** Sums of a native blocked matrix over its pixels: [N, C]. */
function rowSums(forms: Forms, name: string, { of, type }: { of: Tensor; type: "ReduceSum" | "ReduceSumSquare" }) {
  const { onnx, block } = forms;
  const rows = of.shape[0] * of.shape[1];
  const matrix = onnx.op("Reshape", [name, onnx.ints([rows / block, size(of.shape) / rows, block])]);
  const sums = onnx.op(type, [matrix, onnx.ints([1])], { keepdims: 0 });
  return onnx.op("Reshape", [sums, onnx.ints([of.shape[0], of.shape[1]])]);
}

/** The sum over all but the channels, or over the pixels alone. */
export function reduceSum(node: Node<"reduceSum">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const { axes } = node.attrs;
  const form = forms.blocked(x);
  if (form === null || x.shape.length < 3) return null;
  const pixels = x.shape.flatMap((_, axis) => (axis > 1 ? [axis] : []));
  const overAll = axes.join() === [0, ...pixels].join();
  if (!overAll && axes.join() !== pixels.join()) return null;
  const { onnx } = forms;
  const shaped = (name: string): Lowered => ({ plain: onnx.op("Reshape", [name, onnx.ints(node.shape)]) });
  if (isGrouped(x.shape, form.pixels, forms.block)) {
    const groups = onnx.op("Reshape", [form.name, onnx.ints([x.shape[1], -1])]);
    return shaped(onnx.op("ReduceSum", [groups, onnx.ints([1])], { keepdims: 0 }));
  }
  if (!isNative(x.shape, form.pixels, forms.block)) return null;
  const sums = rowSums(forms, form.name, { of: x, type: "ReduceSum" });
  return shaped(overAll ? onnx.op("ReduceSum", [sums, onnx.ints([0])], { keepdims: 0 }) : sums);
}

export function channelMoments(node: Node<"channelMoments">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const form = forms.blocked(x);
  if (form === null) return null;
  const { onnx } = forms;
  // A channel whose numbers lie together has the same moments in any order.
  if (isGrouped(x.shape, form.pixels, forms.block)) return { plain: channels.channelMoments(node, [form.name], onnx) };
  if (!isNative(x.shape, form.pixels, forms.block)) return null;
  const count = x.shape[1];
  const share = onnx.scalar(count / size(x.shape));
  const total = (name: string, type: "ReduceSum" | "ReduceSumSquare"): string => {
    const sums = onnx.op("ReduceSum", [rowSums(forms, name, { of: x, type }), onnx.ints([0])], { keepdims: 1 });
    return onnx.op("Mul", [sums, share]);
  };
  const mean = total(form.name, "ReduceSum");
  // About the mean, as in the plain row: squares about zero would lose the digits of a small variance.
  const scale = onnx.op("Expand", [onnx.scalar(1), onnx.ints([count])]);
  const about = mapped(x, forms, { scale, shift: onnx.op("Neg", [onnx.op("Reshape", [mean, onnx.ints([count])])]) });
  if (about === null) return null;
  return { plain: onnx.op("Concat", [mean, total(about.name, "ReduceSumSquare")], { axis: 0 }) };
}
