/**
 * The gradient of a convolution's filters, as one product of two matrices: the gradients, and the pixels under every tap
 * of the filter. What costs beside the product is the copying, so there are three ways, chosen by how much each copies.
 */
import type { Node } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";

type Operands = readonly [x: string, g: string];
type Gradient = Node<"conv2dWeightGrad">;

interface Sizes {
  readonly n: number;
  readonly c: number;
  readonly o: number;
  readonly taps: number;
  /** Places where the filter lay: the gradients' pixels. */
  readonly places: number;
}

function sizesOf({ inputs, attrs }: Gradient): Sizes {
  const [n, c] = inputs[0].shape;
  const [, o, rows, columns] = inputs[1].shape;
  return { n, c, o, taps: attrs.kernel[0] * attrs.kernel[1], places: rows * columns };
}

export function weightGradient(node: Gradient, operands: Operands, onnx: OnnxModel): string {
  if (node.attrs.groups > 1) return byGroups(node, operands, onnx);
  const { c, o, taps, places } = sizesOf(node);
  // Pictures as one long matrix: both operands are turned; else each picture's product is written, to be added up.
  const product = o * c * taps;
  if (places * (c + o) < 1.25 * product) return byBatch(node, operands, onnx);
  const [kh, kw] = node.attrs.kernel;
  const unit = node.attrs.stride.every((s) => s === 1);
  const shifting = 2 * kw * Math.min(c, o) + kh * Math.max(c, o);
  if (unit && kh === kw && taps > 1 && shifting < 2 * taps * c) return byShifts(node, operands, onnx);
  return byPicture(node, operands, onnx);
}

const reshape = (onnx: OnnxModel, x: string, shape: readonly number[]): string =>
  onnx.op("Reshape", [x, onnx.ints(shape)]);

/** a . b^T, of matrices or of batches of them. */
const timesTransposed = (onnx: OnnxModel, [a, b]: readonly [string, string], rank: 2 | 3 | 4): string => {
  const perm = { 2: [1, 0], 3: [0, 2, 1], 4: [0, 1, 3, 2] }[rank];
  return onnx.op("MatMul", [a, onnx.op("Transpose", [b], { perm })]);
};

const sumOfPictures = (onnx: OnnxModel, x: string): string =>
  onnx.op("ReduceSum", [x, onnx.ints([0])], { keepdims: 0 });

/**
 * The pixels of [A, B, H, W] under every tap of the filter, [A, B, H' * W'] each. With a stride the picture is first
 * split by the remainders of its pixels, so that a tap is a view of whole runs.
 */
function views(node: Gradient, [x, [a, b]]: readonly [string, readonly [number, number]], onnx: OnnxModel): string[] {
  const { kernel, stride, padding } = node.attrs;
  const [, , rows, columns] = node.inputs[1].shape;
  const spatial = onnx.ints([2, 3]);
  const padded = padding.some((p) => p > 0) ? onnx.op("Pad", [x, onnx.ints([0, 0, ...padding, 0, 0, ...padding])]) : x;
  const [, , height, width] = node.inputs[0].shape;
  const tall = [height + 2 * padding[0], width + 2 * padding[1]];
  const phase = (dy: number, dx: number): string =>
    stride.every((s) => s === 1)
      ? padded
      : onnx.op("Slice", [padded, onnx.ints([dy, dx]), onnx.ints(tall), spatial, onnx.ints(stride)]);
  return Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const [dy, dx] = [Math.floor(tap / kernel[1]), tap % kernel[1]];
    const [top, left] = [Math.floor(dy / stride[0]), Math.floor(dx / stride[1])];
    const own = phase(dy % stride[0], dx % stride[1]);
    const view = onnx.op("Slice", [own, onnx.ints([top, left]), onnx.ints([top + rows, left + columns]), spatial]);
    return reshape(onnx, view, [a, b, rows * columns]);
  });
}

/** One product over all pictures: [O, N * places] by [taps * C, N * places]. */
function byBatch(node: Gradient, [x, g]: Operands, onnx: OnnxModel): string {
  const { n, c, o, taps, places } = sizesOf(node);
  const outward = { perm: [1, 0, 2, 3] };
  const pixels = views(node, [onnx.op("Transpose", [x], outward), [c, n]], onnx);
  const columns = pixels.map((view) => reshape(onnx, view, [c, 1, n * places]));
  const under = taps === 1 ? columns[0] : onnx.op("Concat", columns, { axis: 1 });
  const gradients = reshape(onnx, onnx.op("Transpose", [g], outward), [o, n * places]);
  const product = timesTransposed(onnx, [gradients, reshape(onnx, under, [c * taps, n * places])], 2);
  return reshape(onnx, product, node.shape);
}

/** More numbers under the taps at once cost more memory than they save time. */
const MOST_UNDER_TAPS = 16_000_000;

/** A product for each picture, [C * taps, places] by [O, places], some pictures after others where they are large. */
function byPicture(node: Gradient, operands: Operands, onnx: OnnxModel): string {
  const { n, c, taps, places } = sizesOf(node);
  const parts = Math.min(n, Math.ceil((n * c * taps * places) / MOST_UNDER_TAPS));
  if (parts === 1) return reshape(onnx, productOfPictures(node, { operands, n }, onnx), node.shape);
  const starts = Array.from({ length: parts + 1 }, (_, part) => Math.round((part * n) / parts));
  const sums = starts.slice(1).map((end, part) => {
    const some = (of: string): string =>
      onnx.op("Slice", [of, onnx.ints([starts[part]]), onnx.ints([end]), onnx.ints([0])]);
    return productOfPictures(node, { operands: [some(operands[0]), some(operands[1])], n: end - starts[part] }, onnx);
  });
  return reshape(
    onnx,
    sums.reduce((sum, one) => onnx.op("Add", [sum, one])),
    node.shape,
  );
}

/** Of `n` pictures: [O, C * taps]. The taller matrix stands first, which is then not packed. */
function productOfPictures(
  node: Gradient,
  { operands: [x, g], n }: { readonly operands: Operands; readonly n: number },
  onnx: OnnxModel,
): string {
  const { c, o, taps, places } = sizesOf(node);
  const columns = views(node, [x, [n, c]], onnx).map((view) => reshape(onnx, view, [n, c, 1, places]));
  const under = taps === 1 ? columns[0] : onnx.op("Concat", columns, { axis: 2 });
  const pixels = reshape(onnx, under, [n, c * taps, places]);
  const gradients = reshape(onnx, g, [n, o, places]);
  if (o >= c * taps) return sumOfPictures(onnx, timesTransposed(onnx, [gradients, pixels], 3));
  return onnx.op("Transpose", [sumOfPictures(onnx, timesTransposed(onnx, [pixels, gradients], 3))], { perm: [1, 0] });
}

/**
 * A tap (a, b) meets gradient (i, j) with pixel (i + a, j + b): the pixels are moved left by b, the gradients down by a,
 * on one grid of the padded picture's rows. That is k copies of either, not k * k of one; those of the picture with fewer
 * channels stand in one matrix.
 */
function byShifts(node: Gradient, [x, g]: Operands, onnx: OnnxModel): string {
  const { n, c, o } = sizesOf(node);
  const { kernel, padding } = node.attrs;
  const [, , rows, columns] = node.inputs[1].shape;
  const k = kernel[0];
  const grid = (rows + k - 1) * columns;
  const padded = padding.some((p) => p > 0) ? onnx.op("Pad", [x, onnx.ints([0, 0, ...padding, 0, 0, ...padding])]) : x;
  const across = Array.from({ length: k }, (_, b) => {
    const view = onnx.op("Slice", [padded, onnx.ints([b]), onnx.ints([b + columns]), onnx.ints([3])]);
    return reshape(onnx, view, [n, c, grid]);
  });
  const down = Array.from({ length: k }, (_, a) =>
    reshape(onnx, onnx.op("Pad", [g, onnx.ints([0, 0, a, 0, 0, 0, k - 1 - a, 0])]), [n, o, grid]),
  );
  const [many, few] = c <= o ? [across, down] : [down, across];
  const stacked = onnx.op("Concat", many, { axis: 1 });
  const products = few.map((one) => sumOfPictures(onnx, timesTransposed(onnx, [stacked, one], 3)));
  const all = onnx.op("Concat", products, { axis: 0 });
  // [a, b, C, O] or [b, a, O, C] to [O, C, a, b].
  const [shape, perm] =
    c <= o
      ? [
          [k, k, c, o],
          [3, 2, 0, 1],
        ]
      : [
          [k, k, o, c],
          [2, 3, 1, 0],
        ];
  return onnx.op("Transpose", [reshape(onnx, all, shape)], { perm });
}

function byGroups(node: Gradient, [x, g]: Operands, onnx: OnnxModel): string {
  const { n, c, o, taps, places } = sizesOf(node);
  const { groups } = node.attrs;
  const columns = views(node, [x, [n, c]], onnx).map((view) => reshape(onnx, view, [n, c, 1, places]));
  const pixels = reshape(onnx, onnx.op("Concat", columns, { axis: 2 }), [n, groups, (c / groups) * taps, places]);
  const gradients = reshape(onnx, g, [n, groups, o / groups, places]);
  return reshape(onnx, sumOfPictures(onnx, timesTransposed(onnx, [gradients, pixels], 4)), node.shape);
}
