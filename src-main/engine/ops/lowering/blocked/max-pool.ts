/**
 * The adjoint of a blocked max pool, without the maxima's places: onnxruntime finds those number by number, ten times
 * slower than its blocked pool. One tap of the window after the other takes the gradient where it holds the maximum and
 * leaves nothing to those that follow, so that of equal maxima the first has it.
 */
import type { Node } from "../../../graph.ts";
import { type Forms, type Lowered, NCHWC, pixelsOf } from "./forms.ts";
import { weave, windowed } from "./native.ts";

/** Smaller than any number: padding never wins. */
const LOWEST = -3.4028234663852886e38;

export function maxPool2dScatter(node: Node<"maxPool2dScatter">, forms: Forms): Lowered | null {
  const [x, g] = node.inputs;
  const { kernel, stride, padding } = node.attrs;
  const [n, c, height, width] = x.shape;
  const [, , rows, columns] = g.shape;
  if (c % forms.block !== 0 || forms.usesPlaces(x)) return null;
  const { onnx, block } = forms;
  const matrices = (n * c) / block;
  const picture = forms.toBlocked(x);
  const maxima = onnx.op(`${NCHWC}.MaxPool`, [picture], windowed(kernel, stride, padding));
  const shaped = (name: string, [h, w]: readonly [number, number]): string =>
    onnx.op("Reshape", [name, onnx.ints([matrices, h, w, block])]);
  const best = shaped(maxima, [rows, columns]);

  // Tap t of the window at i sees the padded pixel i * stride + t.
  const padded = (axis: 0 | 1, length: number, own: number): number =>
    Math.max((length - 1) * stride[axis] + kernel[axis], own + padding[axis]);
  const [tall, wide] = [padded(0, rows, height), padded(1, columns, width)];
  const after = [tall - height - padding[0], wide - width - padding[1]];
  const whole = [...padding, ...after].some((p) => p > 0)
    ? onnx.op("Pad", [
        shaped(picture, [height, width]),
        onnx.ints([0, ...padding, 0, 0, ...after, 0]),
        onnx.scalar(LOWEST),
      ])
    : shaped(picture, [height, width]);

  const tapsOf = (axis: 0 | 1, rest: number): number[] =>
    Array.from({ length: kernel[axis] }, (_, t) => t).filter((t) => t % stride[axis] === rest);
  const shares = sharesOf();

  /** What each tap takes, in the order of the window. */
  function sharesOf(): string[][] {
    let left = shaped(forms.toBlocked(g), [rows, columns]);
    return Array.from({ length: kernel[0] }, (_a, a) =>
      Array.from({ length: kernel[1] }, (_b, b) => {
        if (a === kernel[0] - 1 && b === kernel[1] - 1) return left;
        const ends = [a + (rows - 1) * stride[0] + 1, b + (columns - 1) * stride[1] + 1];
        const seen = onnx.op("Slice", [
          whole,
          onnx.ints([a, b]),
          onnx.ints(ends),
          onnx.ints([1, 2]),
          onnx.ints(stride),
        ]);
        const won = onnx.op("Cast", [onnx.op("Equal", [seen, best])], { to: 1 });
        const share = onnx.op("Mul", [left, won]);
        left = onnx.op("Sub", [left, share]);
        return share;
      }),
    );
  }

  // Pixels of one remainder by the stride are reached by the taps of that remainder, shifted by whole strides.
  const reach = [0, 1].map((axis) => Math.ceil(kernel[axis as 0 | 1] / stride[axis as 0 | 1]) - 1);
  const [high, broad] = [rows + reach[0], columns + reach[1]];
  const ofRemainder = (ra: number, rb: number): string => {
    const parts = tapsOf(0, ra).flatMap((a) =>
      tapsOf(1, rb).map((b) => {
        const [da, db] = [Math.floor(a / stride[0]), Math.floor(b / stride[1])];
        if (reach[0] === 0 && reach[1] === 0) return shares[a][b];
        return onnx.op("Pad", [shares[a][b], onnx.ints([0, da, db, 0, 0, reach[0] - da, reach[1] - db, 0])]);
      }),
    );
    const zeros = (): string => onnx.op("Expand", [onnx.scalar(0), onnx.ints([matrices, high, broad, block])]);
    return parts.length === 0 ? zeros() : parts.reduce((sum, part) => onnx.op("Add", [sum, part]));
  };
  const parts = Array.from({ length: stride[0] }, (_a, ra) =>
    Array.from({ length: stride[1] }, (_b, rb) => ofRemainder(ra, rb)),
  );
  const woven = weave(forms, parts, { matrices, high, broad });
  // Pixels that no window saw come as zeros, and the padding goes.
  const ends = [padding[0] + height, padding[1] + width];
  const missing = [Math.max(0, ends[0] - high * stride[0]), Math.max(0, ends[1] - broad * stride[1])];
  const filled = missing.some((m) => m > 0)
    ? onnx.op("Pad", [woven, onnx.ints([0, 0, 0, 0, 0, ...missing, 0])])
    : woven;
  const exact = padding.every((p) => p === 0) && ends[0] >= high * stride[0] && ends[1] >= broad * stride[1];
  const cropped = exact ? filled : onnx.op("Slice", [filled, onnx.ints(padding), onnx.ints(ends), onnx.ints([1, 2])]);
  return { blocked: { name: onnx.op("Reshape", [cropped, onnx.ints(node.shape)]), pixels: pixelsOf(node.shape) } };
}
