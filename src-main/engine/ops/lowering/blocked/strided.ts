/**
 * The input gradient of a strided convolution. Pixels whose places have one remainder by the stride are reached by the
 * same few taps: one small convolution for each remainder, woven together, multiplies by no zero put in between.
 */
import type { Node } from "../../../graph.ts";
import { blockedAdjoint } from "./filters.ts";
import { type Forms, type Lowered, NCHWC } from "./forms.ts";
import { native, weave } from "./native.ts";

interface Axis {
  readonly stride: number;
  readonly padding: number;
  readonly kernel: number;
  /** Pixels of the picture and of the gradients. */
  readonly size: number;
  readonly rows: number;
}

/** The taps along one axis that reach the pixels of one remainder. */
interface Reach {
  /** Falling, as a convolution over the gradients takes them. */
  readonly taps: readonly number[];
  /** Zeros before and after the gradients, so that there is one result for each pixel. */
  readonly before: number;
  readonly after: number;
  readonly pixels: number;
}

function reaches({ stride, padding, kernel, size, rows }: Axis): Reach[] {
  return Array.from({ length: stride }, (_, remainder) => {
    // Pixel p meets gradient i by tap t where stride * i + t = p + padding.
    const first = (remainder + padding) % stride;
    const taps = Array.from({ length: kernel }, (_t, t) => t).filter((t) => t % stride === first);
    const pixels = Math.ceil((size - remainder) / stride);
    const shift = (remainder + padding - first) / stride;
    return { taps: taps.toReversed(), before: taps.length - 1 - shift, after: pixels + shift - rows, pixels };
  });
}

/** No tap reaches the pixels of this remainder, or a picture of one pixel has none. */
const empty = ({ taps, pixels }: Reach): boolean => taps.length === 0 || pixels === 0;

/** More zeros than a padded convolution takes, or gradients left out: rare, and the plain op does them. */
const odd = (reach: Reach): boolean => {
  const { taps, before, after } = reach;
  return !empty(reach) && (Math.min(before, after) < 0 || Math.max(before, after) >= taps.length);
};

export function stridedInputGrad(node: Node<"conv2dInputGrad">, forms: Forms): Lowered | null {
  const [g, w] = node.inputs;
  const { stride, padding, size } = node.attrs;
  const { onnx, block } = forms;
  const along = (axis: 0 | 1): Reach[] =>
    reaches({
      stride: stride[axis],
      padding: padding[axis],
      kernel: w.shape[2 + axis],
      size: size[axis],
      rows: g.shape[2 + axis],
    });
  const [down, across] = [along(0), along(1)];
  if (down.some(odd) || across.some(odd)) return null;
  const matrices = (node.shape[0] * node.shape[1]) / block;
  const [high, broad] = [down[0].pixels, across[0].pixels];

  const part = (a: Reach, b: Reach): string => {
    if (empty(a) || empty(b)) return onnx.op("Expand", [onnx.scalar(0), onnx.ints([matrices, high, broad, block])]);
    const taps = a.taps.map((row) => b.taps.map((column) => row * w.shape[3] + column));
    const conv = onnx.op(`${NCHWC}.Conv`, [forms.toBlocked(g), blockedAdjoint(forms, w, taps)], {
      kernel_shape: [a.taps.length, b.taps.length],
      pads: [a.before, b.before, a.after, b.after],
    });
    const own = onnx.op("Reshape", [conv, onnx.ints([matrices, a.pixels, b.pixels, block])]);
    const missing = [high - a.pixels, broad - b.pixels];
    return missing.some((m) => m > 0) ? onnx.op("Pad", [own, onnx.ints([0, 0, 0, 0, 0, ...missing, 0])]) : own;
  };
  const woven = weave(
    forms,
    down.map((a) => across.map((b) => part(a, b))),
    { matrices, high, broad },
  );
  const exact = high * stride[0] === size[0] && broad * stride[1] === size[1];
  const cropped = exact ? woven : onnx.op("Slice", [woven, onnx.ints([0, 0]), onnx.ints(size), onnx.ints([1, 2])]);
  return native(node, onnx.op("Reshape", [cropped, onnx.ints(node.shape)]));
}
