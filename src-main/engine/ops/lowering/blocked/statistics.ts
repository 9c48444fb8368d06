/** Blocked rows of statistics of channels: their results are small and plain. */
import { as, type Node, sameShape, type Shape, size, type Tensor } from "../../../graph.ts";
import { mapped } from "./channels.ts";
import { type Blocked, type Forms, isGrouped, isRowed, type Lowered, NCHWC } from "./forms.ts";

/** A blocked matrix, or the products of two that are blocked alike. */
type Summed = string | readonly [string, string];

interface Matrix {
  readonly rows: number;
  readonly pixels: number;
}

/** The sum of each row of a blocked matrix: [rows / B, B]. */
function rowSums({ onnx, block }: Forms, summed: Summed, { rows, pixels }: Matrix): string {
  const sums = (of: string, parts: number) =>
    onnx.op("ReduceSum", [onnx.op("Reshape", [of, onnx.ints([rows / block, parts, block])]), onnx.ints([1])], {
      keepdims: 0,
    });
  if (typeof summed === "string") return sums(summed, pixels);
  const [pictures, weights] = summed;
  // One is the filters of a depthwise convolution over the other, and a filter is as long as a picture: the products are
  // nowhere written, which takes a third of the time.
  const parts = partsOf(pixels);
  const filters = rows * parts;
  const shape = [1, pixels / parts];
  const products = onnx.op(
    `${NCHWC}.Conv`,
    [
      onnx.op("Reshape", [pictures, onnx.ints([1, filters, ...shape])]),
      onnx.op("Reshape", [weights, onnx.ints([filters, 1, ...shape])]),
    ],
    { kernel_shape: shape, group: filters },
  );
  return sums(products, parts);
}

/** A sum of more numbers, one after the other, would lose digits. */
const LONGEST = 1024;

/** How many parts of one length, at most LONGEST, make so many pixels; 1 where there are no such. */
function partsOf(pixels: number): number {
  for (let parts = Math.ceil(pixels / LONGEST); parts <= pixels / 8; parts++) if (pixels % parts === 0) return parts;
  return 1;
}

/** The matrix that is summed: `x`, or where nothing else needs it and it is a product, its factors. */
function summedOf(x: Tensor, { name, pixels }: Blocked, forms: Forms): Summed {
  const product = as(x, "mul");
  if (product !== null && forms.uses(product) === 1) {
    const [a, b] = product.inputs.map((factor) => (sameShape(factor.shape, x.shape) ? forms.blocked(factor) : null));
    if (a?.pixels === pixels && b?.pixels === pixels) return [a.name, b.name];
  }
  return name;
}

interface Sums extends Matrix {
  readonly summed: Summed;
  /** Of a tensor [N, C, ...] whose channels are whole rows. */
  readonly shape: Shape;
}

/** [N, C], or over the pictures too, [C]; of what is grouped, [1, C] or [C]. */
function channelSums(forms: Forms, { summed, rows, pixels, shape }: Sums, overAll: boolean): string {
  const { onnx } = forms;
  const [n, c] = shape;
  const sum = (name: string, viewed: readonly number[], axis: number): string =>
    onnx.op("ReduceSum", [onnx.op("Reshape", [name, onnx.ints(viewed)]), onnx.ints([axis])], { keepdims: 0 });
  if (isGrouped(shape, pixels, forms.block)) {
    // A channel's numbers lie together.
    return sum(typeof summed === "string" ? summed : rowSums(forms, summed, { rows, pixels }), [c, -1], 1);
  }
  const sums = rowSums(forms, summed, { rows, pixels });
  return overAll ? sum(sums, [n, c], 0) : sums;
}

/** The sum over all but the channels, or over the pixels alone. */
export function reduceSum(node: Node<"reduceSum">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const { shape } = x;
  const form = forms.blocked(x);
  if (form === null || !isRowed(shape, form.pixels, forms.block)) return null;
  const { pixels } = form;
  const axes = shape.flatMap((_, axis) => (axis > 1 ? [axis] : []));
  const overAll = node.attrs.axes.join() === [0, ...axes].join();
  if (!overAll && node.attrs.axes.join() !== axes.join()) return null;
  const { onnx } = forms;
  const parts = forms.columns(x) ?? [summedOf(x, form, forms)];
  const [n, c] = shape;
  const part = {
    rows: size(shape) / pixels,
    pixels: pixels / parts.length,
    shape: [n, c, size(shape) / (n * c * parts.length)],
  };
  const sums = parts
    .map((summed) => channelSums(forms, { summed, ...part }, overAll))
    .reduce((sum, one) => onnx.op("Add", [sum, one]));
  return { plain: onnx.op("Reshape", [sums, onnx.ints(node.shape)]) };
}

export function channelMoments(node: Node<"channelMoments">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const { shape } = x;
  const form = forms.blocked(x);
  if (form === null || !isRowed(shape, form.pixels, forms.block)) return null;
  const { onnx } = forms;
  const count = shape[1];
  const share = onnx.scalar(count / size(shape));
  const mean = (summed: Summed): string => {
    const sums = { summed, rows: size(shape) / form.pixels, pixels: form.pixels, shape };
    return onnx.op("Mul", [onnx.op("Reshape", [channelSums(forms, sums, true), onnx.ints([1, count])]), share]);
  };
  const first = mean(form.name);
  // About the mean, as in the plain row: squares about zero would lose the digits of a small variance.
  const scale = onnx.op("Expand", [onnx.scalar(1), onnx.ints([count])]);
  const shift = onnx.op("Neg", [onnx.op("Reshape", [first, onnx.ints([count])])]);
  const about = mapped(x, forms, { scale, shift });
  if (about === null) return null;
  return { plain: onnx.op("Concat", [first, mean([about.name, about.name])], { axis: 0 }) };
}
