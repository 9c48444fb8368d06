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
    const whole = own === x && rows === height && columns === width;
    const ends = onnx.ints([top + rows, left + columns]);
    const view = whole ? x : onnx.op("Slice", [own, onnx.ints([top, left]), ends, spatial]);
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
    // Gathered by threads, where a slice has one.
    const own = onnx.ints(Array.from({ length: end - starts[part] }, (_, i) => starts[part] + i));
    const some = (of: string): string => onnx.op("Gather", [of, own], { axis: 0 });
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
  const [pixels, gradients] =
    taps === 1
      ? [views(node, [x, [n, c]], onnx)[0], reshape(onnx, g, [n, o, places])]
      : underTaps(node, { operands: [x, g], n }, onnx);
  if (o >= c * taps) return sumOfPictures(onnx, timesTransposed(onnx, [gradients, pixels], 3));
  return onnx.op("Transpose", [sumOfPictures(onnx, timesTransposed(onnx, [pixels, gradients], 3))], { perm: [1, 0] });
}

/**
 * A picture as one line: its rows one after the other, `width` numbers each, so that to move it is to put zeros before.
 * A row's zeros at its end are the next one's padding. onnxruntime concatenates by its threads, but slices and pads by
 * one, so lines are made of zeros and pictures by concatenation alone.
 */
interface Line {
  readonly channels: number;
  readonly width: number;
  readonly rows: number;
  readonly name: string;
  /** Zeros of the padding, before the first row and after the last. */
  readonly before: number;
  readonly after: number;
}

const zeros = (onnx: OnnxModel, shape: readonly number[]): string =>
  onnx.op("Expand", [onnx.scalar(0), onnx.ints(shape)]);

/** [N, C, rows, columns], each row filled up to `width`. */
function widened(
  onnx: OnnxModel,
  x: string,
  { shape: [n, c, rows, columns], width }: { shape: readonly number[]; width: number },
) {
  const filled =
    width === columns ? x : onnx.op("Concat", [x, zeros(onnx, [n, c, rows, width - columns])], { axis: 3 });
  return reshape(onnx, filled, [n, c, rows * width]);
}

/** The pictures' lines, one for each remainder of a pixel's place by the stride: [row][column]. */
function linesOf(node: Gradient, { x, n }: { readonly x: string; readonly n: number }, onnx: OnnxModel): Line[][] {
  const { stride, padding } = node.attrs;
  const [, c, height, width] = node.inputs[0].shape;
  if (stride.every((s) => s === 1)) {
    const wide = Math.max(width + padding[1], node.inputs[1].shape[3]);
    const name = widened(onnx, x, { shape: [n, c, height, width], width: wide });
    const outer = padding[0] * wide;
    return [[{ channels: c, width: wide, rows: height, name, before: outer + padding[1], after: outer }]];
  }
  const [tall, wide] = [0, 1].map((axis) => {
    const side = node.inputs[0].shape[2 + axis] + 2 * padding[axis];
    return Math.ceil(side / stride[axis]) * stride[axis];
  });
  const pads = [0, 0, ...padding, 0, 0, tall - height - padding[0], wide - width - padding[1]];
  const padded = onnx.op("Pad", [x, onnx.ints(pads)]);
  const [rows, columns] = [tall / stride[0], wide / stride[1]];
  return Array.from({ length: stride[0] }, (_a, a) =>
    Array.from({ length: stride[1] }, (_b, b) => {
      const part = onnx.op("Slice", [
        padded,
        onnx.ints([a, b]),
        onnx.ints([tall, wide]),
        onnx.ints([2, 3]),
        onnx.ints(stride),
      ]);
      const name = reshape(onnx, part, [n, c, rows * columns]);
      return { channels: c, width: columns, rows, name, before: 0, after: 0 };
    }),
  );
}

const lengthOf = ({ width, rows, before, after }: Line): number => before + rows * width + after;

/** The lines one after the other, each moved right by its shift, all of one length: [N, C * lines, length]. */
function stackedLines(
  onnx: OnnxModel,
  moved: readonly { readonly line: Line; readonly shift: number }[],
  { n, length }: { readonly n: number; readonly length: number },
): string {
  const { channels } = moved[0].line;
  const parts: string[] = [];
  let gap = 0;
  const close = (): void => {
    if (gap > 0) parts.push(zeros(onnx, [n, channels, gap]));
    gap = 0;
  };
  for (const { line, shift } of moved) {
    gap += shift + line.before;
    close();
    parts.push(line.name);
    gap = length - shift - lengthOf(line) + line.after;
  }
  close();
  const whole = parts.length === 1 ? parts[0] : onnx.op("Concat", parts, { axis: 2 });
  return reshape(onnx, whole, [n, channels * moved.length, length]);
}

/** The gradients as a line of the pictures' width. */
function gradientLine(node: Gradient, { g, n, width }: { g: string; n: number; width: number }, onnx: OnnxModel): Line {
  const [, o, rows, columns] = node.inputs[1].shape;
  const name = widened(onnx, g, { shape: [n, o, rows, columns], width });
  return { channels: o, width, rows, name, before: 0, after: 0 };
}

/** Pixels under every tap, [N, C * taps, length], and the gradients that they meet, [N, O, length]. */
function underTaps(
  node: Gradient,
  { operands: [x, g], n }: { readonly operands: Operands; readonly n: number },
  onnx: OnnxModel,
): [string, string] {
  const { kernel, stride } = node.attrs;
  const lines = linesOf(node, { x, n }, onnx);
  const { width } = lines[0][0];
  const steps = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const [a, b] = [Math.floor(tap / kernel[1]), tap % kernel[1]];
    const line = lines[a % stride[0]][b % stride[1]];
    return { line, step: Math.floor(a / stride[0]) * width + Math.floor(b / stride[1]) };
  });
  const furthest = Math.max(...steps.map(({ step }) => step));
  const length = furthest + lengthOf(lines[0][0]);
  const moved = steps.map(({ line, step }) => ({ line, shift: furthest - step }));
  const gradients = gradientLine(node, { g, n, width }, onnx);
  return [
    stackedLines(onnx, moved, { n, length }),
    stackedLines(onnx, [{ line: gradients, shift: furthest }], { n, length }),
  ];
}

/**
 * A tap (a, b) meets gradient (i, j) with pixel (i + a, j + b): the pixels are moved left by b, the gradients down by a.
 * That is k copies of either, not k * k of one; those of the picture with fewer channels stand in one matrix.
 */
function byShifts(node: Gradient, [x, g]: Operands, onnx: OnnxModel): string {
  const { n, c, o } = sizesOf(node);
  const k = node.attrs.kernel[0];
  const [[pixels]] = linesOf(node, { x, n }, onnx);
  const gradients = gradientLine(node, { g, n, width: pixels.width }, onnx);
  const length = k - 1 + lengthOf(pixels);
  const across = Array.from({ length: k }, (_, b) => ({ line: pixels, shift: k - 1 - b }));
  const down = Array.from({ length: k }, (_, a) => ({ line: gradients, shift: a * pixels.width + k - 1 }));
  const [many, few] = c <= o ? [across, down] : [down, across];
  const stacked = stackedLines(onnx, many, { n, length });
  const products = few.map((one) =>
    sumOfPictures(onnx, timesTransposed(onnx, [stacked, stackedLines(onnx, [one], { n, length })], 3)),
  );
  const all = onnx.op("Concat", products, { axis: 0 });
  // [a, C, b, O] or [b, O, a, C] to [O, C, a, b].
  const shape = c <= o ? [k, c, k, o] : [k, o, k, c];
  return onnx.op("Transpose", [reshape(onnx, all, shape)], { perm: c <= o ? [3, 1, 0, 2] : [1, 3, 2, 0] });
}

function byGroups(node: Gradient, [x, g]: Operands, onnx: OnnxModel): string {
  const { n, c, o, taps, places } = sizesOf(node);
  const { groups } = node.attrs;
  const columns = views(node, [x, [n, c]], onnx).map((view) => reshape(onnx, view, [n, c, 1, places]));
  const pixels = reshape(onnx, onnx.op("Concat", columns, { axis: 2 }), [n, groups, (c / groups) * taps, places]);
  const gradients = reshape(onnx, g, [n, groups, o / groups, places]);
  return reshape(onnx, sumOfPictures(onnx, timesTransposed(onnx, [gradients, pixels], 4)), node.shape);
}
