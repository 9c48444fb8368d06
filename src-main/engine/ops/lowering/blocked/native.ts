/** What the blocked rows of convolutions and pools share. */
import type { Tensor } from "../../../graph.ts";
import type { Attributes } from "../../../onnx/op.ts";
import type { Pair } from "../../attributes.ts";
import { type Forms, type Lowered, pixelsOf } from "./forms.ts";

/** As the slope of a HardSigmoid: it tells 0 from all numbers but the subnormal ones. */
export const STEEP = 3e38;

export const windowed = (kernel: Pair, stride: Pair, [ph, pw]: Pair): Attributes => ({
  kernel_shape: kernel,
  strides: stride,
  pads: [ph, pw, ph, pw],
});

export const unit = ([h, w]: Pair): boolean => h === 1 && w === 1;

/** A blocked result as convolutions make it. */
export const native = (node: Tensor, name: string): Lowered => ({ blocked: { name, pixels: pixelsOf(node.shape) } });

interface Grid {
  /** Pictures by blocks of channels. */
  readonly matrices: number;
  readonly high: number;
  readonly broad: number;
}

/**
 * Pictures whose pixels were told apart by the remainders of their places: `parts[a][b]`, [matrices, high, broad, B]
 * each, has the pixels (i * rows + a, j * columns + b) of the result.
 */
export function weave({ onnx, block }: Forms, parts: readonly (readonly string[])[], grid: Grid): string {
  const { matrices, high, broad } = grid;
  const [down, across] = [parts.length, parts[0].length];
  const lines = parts.map((row) => {
    const cells = row.map((cell) => onnx.op("Reshape", [cell, onnx.ints([matrices * high, broad, 1, block])]));
    const line = cells.length === 1 ? cells[0] : onnx.op("Concat", cells, { axis: 2 });
    return onnx.op("Reshape", [line, onnx.ints([matrices, high, 1, broad * across * block])]);
  });
  const whole = lines.length === 1 ? lines[0] : onnx.op("Concat", lines, { axis: 2 });
  return onnx.op("Reshape", [whole, onnx.ints([matrices, high * down, broad * across, block])]);
}
