/**
 * The adjoint of a blocked max pool, without the maxima's places: onnxruntime finds those number by number, ten times
 * slower than its blocked pool. One tap of the window after the other takes the gradient where it holds the maximum and
 * leaves nothing to those that follow, so that of equal maxima the first has it.
 */
import type { Node } from "../../../graph.ts";
import type { Pair } from "../../attributes.ts";
import { type Forms, type Lowered, NCHWC } from "./forms.ts";
import { native, STEEP, weave, windowed } from "./native.ts";

/** Smaller than any number: padding never wins. */
const LOWEST = -3.4028234663852886e38;

type Scatter = Node<"maxPool2dScatter">;
type Names = readonly (readonly string[])[];

export function maxPool2dScatter(node: Scatter, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  if (x.shape[1] % forms.block !== 0 || forms.usesPlaces(x)) return null;
  const woven = spread(node, sharesOf(node, forms), forms);
  return native(node, forms.onnx.op("Reshape", [cropped(node, woven, forms), forms.onnx.ints(node.shape)]));
}

const matricesOf = ({ shape: [n, c] }: Scatter, { block }: Forms): number => (n * c) / block;

const axes = (f: (axis: 0 | 1) => number): Pair => [f(0), f(1)];

/** A grid of a rows by b columns, each made by its place. */
const grid = (a: number, b: number, make: (row: number, column: number) => string): Names =>
  Array.from({ length: a }, (_a, row) => Array.from({ length: b }, (_b, column) => make(row, column)));

/** What each tap of the window takes of the gradients, [matrices, rows, columns, B] each, in the window's order. */
function sharesOf(node: Scatter, forms: Forms): Names {
  const [x, g] = node.inputs;
  const { kernel, stride, padding } = node.attrs;
  const { onnx, block } = forms;
  const shaped = (name: string, [h, w]: Pair): string =>
    onnx.op("Reshape", [name, onnx.ints([matricesOf(node, forms), h, w, block])]);
  const picture = forms.toBlocked(x);
  const out = axes((axis) => g.shape[2 + axis]);
  const best = shaped(onnx.op(`${NCHWC}.MaxPool`, [picture], windowed(kernel, stride, padding)), out);

  // Tap t of window i sees the padded pixel i * stride + t.
  const last = axes((axis) => (out[axis] - 1) * stride[axis] + kernel[axis]);
  const after = axes((axis) => Math.max(0, last[axis] - x.shape[2 + axis] - padding[axis]));
  const own = shaped(picture, [x.shape[2], x.shape[3]]);
  const viewed = (a: number, b: number): string => {
    const whole = onnx.op("Pad", [own, onnx.ints([0, ...padding, 0, 0, ...after, 0]), onnx.scalar(LOWEST)]);
    const ends = [a + (out[0] - 1) * stride[0] + 1, b + (out[1] - 1) * stride[1] + 1];
    return onnx.op("Slice", [whole, onnx.ints([a, b]), onnx.ints(ends), onnx.ints([1, 2]), onnx.ints(stride)]);
  };
  const outside = [...padding, ...after].some((p) => p > 0);
  const seenBy = (a: number, b: number): string =>
    outside ? viewed(a, b) : shaped(picked(forms, picture, { channels: x.shape[1], tap: [a, b], kernel, stride }), out);

  let left = shaped(forms.toBlocked(g), out);
  return grid(kernel[0], kernel[1], (a, b) => {
    if (a === kernel[0] - 1 && b === kernel[1] - 1) return left;
    // 1 where the difference is 0, else 0: a comparison gives truth values, whose cast has no threads.
    const below = onnx.op("Sub", [seenBy(a, b), best]);
    const won = onnx.op("HardSigmoid", [below], { alpha: { float: STEEP }, beta: { float: 1 } });
    const share = onnx.op("Mul", [left, won]);
    left = onnx.op("Sub", [left, share]);
    return share;
  });
}

interface Tap {
  readonly channels: number;
  readonly tap: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
}

/** The pixels under one tap, by a convolution that multiplies all others by zero: it has threads, a slice has not. */
function picked(forms: Forms, picture: string, { channels, tap: [a, b], kernel, stride }: Tap): string {
  const { onnx, block } = forms;
  const taps = kernel[0] * kernel[1];
  const one = a * kernel[1] + b;
  const filters = Float32Array.from({ length: channels * taps }, (_, at) =>
    Math.floor(at / block) % taps === one ? 1 : 0,
  );
  const w = onnx.tensor(filters, { shape: [channels, 1, ...kernel], dtype: "float32" });
  return onnx.op(`${NCHWC}.Conv`, [picture, w], { kernel_shape: kernel, strides: stride, group: channels });
}

/** The padded picture: pixels of one remainder by the stride are reached by its taps alone, moved by whole strides. */
function spread(node: Scatter, shares: Names, forms: Forms): string {
  const { kernel, stride } = node.attrs;
  const { onnx, block } = forms;
  const matrices = matricesOf(node, forms);
  const reach = axes((axis) => Math.ceil(kernel[axis] / stride[axis]) - 1);
  const [high, broad] = axes((axis) => node.inputs[1].shape[2 + axis] + reach[axis]);
  const tapsOf = (axis: 0 | 1, remainder: number): number[] =>
    Array.from({ length: kernel[axis] }, (_, t) => t).filter((t) => t % stride[axis] === remainder);
  const moved = (a: number, b: number): string => {
    if (reach[0] === 0 && reach[1] === 0) return shares[a][b];
    const [da, db] = [Math.floor(a / stride[0]), Math.floor(b / stride[1])];
    return onnx.op("Pad", [shares[a][b], onnx.ints([0, da, db, 0, 0, reach[0] - da, reach[1] - db, 0])]);
  };
  const parts = grid(stride[0], stride[1], (ra, rb) => {
    const terms = tapsOf(0, ra).flatMap((a) => tapsOf(1, rb).map((b) => moved(a, b)));
    return terms.length === 0
      ? onnx.op("Expand", [onnx.scalar(0), onnx.ints([matrices, high, broad, block])])
      : terms.reduce((sum, term) => onnx.op("Add", [sum, term]));
  });
  return weave(forms, parts, { matrices, high, broad });
}

/** Without the padding; pixels that no window saw come as zeros. */
function cropped(node: Scatter, woven: string, { onnx }: Forms): string {
  const { kernel, stride, padding } = node.attrs;
  const made = axes(
    (axis) => (node.inputs[1].shape[2 + axis] + Math.ceil(kernel[axis] / stride[axis]) - 1) * stride[axis],
  );
  const ends = axes((axis) => padding[axis] + node.shape[2 + axis]);
  const missing = axes((axis) => Math.max(0, ends[axis] - made[axis]));
  const filled = missing.some((m) => m > 0)
    ? onnx.op("Pad", [woven, onnx.ints([0, 0, 0, 0, 0, ...missing, 0])])
    : woven;
  const exact = padding.every((p) => p === 0) && ends.every((end, axis) => end >= made[axis]);
  return exact ? filled : onnx.op("Slice", [filled, onnx.ints(padding), onnx.ints(ends), onnx.ints([1, 2])]);
}
