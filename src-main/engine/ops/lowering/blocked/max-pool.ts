/**
 * Blocked max pools and their adjoints, without the maxima's places: onnxruntime finds those number by number, ten times
 * slower than its blocked pool. A pool is one along the rows and one down the columns of its results. The adjoint of
 * either goes through the taps of the window: one after the other takes the gradient where it holds the maximum and
 * leaves nothing to those that follow, so that of equal maxima the first has it, the upper before the left.
 */
import type { Node, Tensor } from "../../../graph.ts";
import type { Pair, PoolAttributes } from "../../attributes.ts";
import { type Forms, type Lowered, NCHWC } from "./forms.ts";
import { native, STEEP, weave, windowed } from "./native.ts";

/** Added to a maximum, makes it equal to nothing that a window reads outside the picture, which is 0. */
const FAR = 1e30;

/** A pool along one axis of a blocked picture. */
interface Line {
  readonly axis: 0 | 1;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** [N, C, H, W] of the picture, and height and width of the result. */
  readonly shape: readonly number[];
  readonly out: Pair;
}

/** [along the rows, down the columns] */
function linesOf(
  { kernel, stride, padding }: PoolAttributes,
  [n, c, h, w]: readonly number[],
  out: Pair,
): [Line, Line] {
  const along = (axis: 0 | 1) => ({ axis, kernel: kernel[axis], stride: stride[axis], padding: padding[axis] });
  return [
    { ...along(1), shape: [n, c, h, w], out: [h, out[1]] },
    { ...along(0), shape: [n, c, h, out[1]], out },
  ];
}

const pair = (axis: 0 | 1, own: number, other: number): Pair => (axis === 0 ? [own, other] : [other, own]);

const pooled = (picture: string, { axis, kernel, stride, padding }: Line, { onnx }: Forms): string =>
  onnx.op(
    `${NCHWC}.MaxPool`,
    [picture],
    windowed(pair(axis, kernel, 1), pair(axis, stride, 1), pair(axis, padding, 0)),
  );

/** Left plain where its maxima's places are wanted too, which one plain op gives. */
export function maxPool2d(node: Node<"maxPool2d">, forms: Forms): Lowered | null {
  const [x] = node.inputs;
  const { kernel, stride, padding } = node.attrs;
  const form = forms.native(x);
  if (form === null || forms.usesPlaces(x)) return null;
  const apart = forms.users(x).some(({ op }) => op === "maxPool2dScatter");
  if (!apart) return native(node, forms.onnx.op(`${NCHWC}.MaxPool`, [form], windowed(kernel, stride, padding)));
  const [rows, columns] = linesOf(node.attrs, x.shape, [node.shape[2], node.shape[3]]);
  return native(node, pooled(pooled(form, rows, forms), columns, forms));
}

export function maxPool2dScatter(node: Node<"maxPool2dScatter">, forms: Forms): Lowered | null {
  const [x, g] = node.inputs;
  if (x.shape[1] % forms.block !== 0 || forms.usesPlaces(x)) return null;
  const picture = forms.toBlocked(x);
  const [rows, columns] = linesOf(node.attrs, x.shape, [g.shape[2], g.shape[3]]);
  const between = pooled(picture, rows, forms);
  // Of what an op takes, onnxruntime first computes what was written last: gradients, and only then who won, into the
  // memory of the maxima, which nobody else needs by then.
  const [wonRows, wonColumns] = [wonBy(picture, rows, forms), wonBy(between, columns, forms)];
  const down = scattered(columns, { won: wonColumns, gradients: forms.toBlocked(g) }, forms).whole;
  const { whole, parts } = scattered(rows, { won: wonRows, gradients: down }, forms);
  return { ...native(node, whole), columns: byColumns(node, forms) ? parts : undefined };
}

/** Whether all that take it take it by its columns. */
function byColumns(node: Tensor, forms: Forms): boolean {
  const fine = ({ op, inputs: [x] }: Tensor): boolean =>
    op === "reduceSum" || (op === "conv2dWeightGrad" && x !== node);
  return !forms.isOutput(node) && forms.users(node).every(fine);
}

interface Scattered {
  readonly whole: string;
  /** By the remainders of their places, where all have as many pixels. */
  readonly parts?: readonly string[];
}

interface Contest {
  /** As wonBy gives it. */
  readonly won: readonly string[];
  readonly gradients: string;
}

/** A line that moves nothing. */
const isIdle = ({ kernel, stride, padding }: Line): boolean => kernel === 1 && stride === 1 && padding === 0;

/** The adjoint of one line's pool: [N, C, H, W]. */
function scattered(line: Line, { won, gradients }: Contest, forms: Forms): Scattered {
  if (isIdle(line)) return { whole: gradients };
  const { onnx, block } = forms;
  const { axis, stride, shape } = line;
  const shares = sharesOf({ won, gradients }, forms);
  const pixels = Math.ceil(shape[2 + axis] / stride);
  const parts = Array.from({ length: stride }, (_, remainder) => spread(line, { shares, remainder, pixels }, forms));
  const [high, broad] = pair(axis, pixels, line.out[1 - axis]);
  const matrices = (shape[0] * shape[1]) / block;
  const woven = weave(forms, axis === 0 ? parts.map((part) => [part]) : [parts], { matrices, high, broad });
  const exact = pixels * stride === shape[2 + axis];
  const cropped = exact
    ? woven
    : onnx.op("Slice", [woven, onnx.ints([0]), onnx.ints([shape[2 + axis]]), onnx.ints([1 + axis])]);
  return { whole: onnx.op("Reshape", [cropped, onnx.ints(shape)]), ...(exact ? { parts } : {}) };
}

/** Of each tap of the window but the last one: 1 where it has the maximum, else 0. */
function wonBy(picture: string, line: Line, forms: Forms): string[] {
  if (isIdle(line)) return [];
  const { axis, kernel, stride, padding, shape } = line;
  const best = pooled(picture, line, forms);
  return Array.from({ length: kernel - 1 }, (_, tap) =>
    // The maximum less the pixel under the tap, and 1 where that is 0, else 0: one pass of a convolution by -1.
    forms.onnx.op(
      `${NCHWC}.Conv`,
      [picture, single(forms, line, { at: tap, of: kernel, value: -1 }), "", beyond(line, { best, tap }, forms)],
      {
        ...windowed(pair(axis, kernel, 1), pair(axis, stride, 1), pair(axis, padding, 0)),
        group: shape[1],
        activation: "HardSigmoid",
        activation_params: { floats: [-STEEP, 1] },
      },
    ),
  );
}

/** What each tap takes of the gradients: of equal maxima the first one all. */
function sharesOf({ won, gradients }: Contest, { onnx }: Forms): string[] {
  let left = gradients;
  const taken = won.map((one) => {
    const share = onnx.op("Mul", [left, one]);
    left = onnx.op("Sub", [left, share]);
    return share;
  });
  return [...taken, left];
}

/** The maxima, but far from all numbers where the tap lies outside the picture. */
function beyond(line: Line, { best, tap }: { best: string; tap: number }, { onnx, block }: Forms): string {
  const { axis, stride, padding, shape, out } = line;
  const [n, c] = shape;
  const far = Array.from({ length: out[axis] }, (_, i) => {
    const at = i * stride + tap - padding;
    return at < 0 || at >= shape[2 + axis] ? FAR : 0;
  });
  if (far.every((x) => x === 0)) return best;
  const matrices = (n * c) / block;
  const [rows, mask] =
    axis === 0
      ? [
          [matrices, out[0], out[1] * block],
          onnx.tensor(Float32Array.from(far), { shape: [out[0], 1], dtype: "float32" }),
        ]
      : [
          [matrices * out[0], out[1] * block],
          onnx.tensor(
            Float32Array.from({ length: out[1] * block }, (_, i) => far[Math.floor(i / block)]),
            {
              shape: [out[1] * block],
              dtype: "float32",
            },
          ),
        ];
  const moved = onnx.op("Add", [onnx.op("Reshape", [best, onnx.ints(rows)]), mask]);
  return onnx.op("Reshape", [moved, onnx.ints([n, c, ...out])]);
}

interface Single {
  readonly at: number;
  readonly of: number;
  readonly value: number;
}

/** Filters of a depthwise convolution along the line that take one pixel, times a number. */
function single({ onnx, block }: Forms, { axis, shape: [, c] }: Line, { at, of, value }: Single): string {
  const numbers = Float32Array.from({ length: c * of }, (_, i) => (Math.floor(i / block) % of === at ? value : 0));
  return onnx.tensor(numbers, { shape: [c, 1, ...pair(axis, of, 1)], dtype: "float32" });
}

/** Pixels whose places have one remainder by the stride: the sum of what the taps that reach them took. */
function spread(
  line: Line,
  { shares, remainder, pixels }: { readonly shares: readonly string[]; remainder: number; pixels: number },
  forms: Forms,
): string {
  const { onnx } = forms;
  const { axis, stride, padding, out, shape } = line;
  const length = out[axis];
  // Pixel j * stride + remainder is under the tap t of window j + d.
  const reaching = shares
    .map((share, tap) => ({ share, d: (remainder + padding - tap) / stride }))
    .filter(({ d }) => Number.isInteger(d));
  const still = reaching.find(({ d }) => d === 0 && pixels === length);
  let sum = still?.share;
  for (const { share, d } of reaching) {
    if (share === still?.share) continue;
    // Windows beyond the first and the last give zeros: padding, which must be shorter than the filter.
    const before = Math.max(0, -d, pixels - length);
    const at = d + before;
    const of = Math.max(at, before, length + before - pixels) + 1;
    const after = pixels - length - before + of - 1;
    const filters = single(forms, line, { at, of, value: 1 });
    sum = onnx.op(`${NCHWC}.Conv`, sum === undefined ? [share, filters] : [share, filters, "", sum], {
      kernel_shape: pair(axis, of, 1),
      pads: [...pair(axis, before, 0), ...pair(axis, after, 0)],
      group: shape[1],
    });
  }
  const whole = [shape[0], shape[1], ...pair(axis, pixels, out[1 - axis])];
  return sum ?? onnx.op("Expand", [onnx.scalar(0), onnx.ints(whole)]);
}
