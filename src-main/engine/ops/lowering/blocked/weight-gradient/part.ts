/**
 * What both ways to a convolution's filter gradients share. Each is itself a blocked convolution, without a copy of the
 * picture for each tap: the gradients are the filters, as large as themselves, and move over the picture by as many
 * places as the true filters have taps. A picture's channels lie side by side in a row, so that a row of results is long;
 * its pixels are then apart by as many places, which is a dilation.
 */
import type { Shape, Tensor } from "../../../../graph.ts";
import type { Pair } from "../../../attributes.ts";
import type { Forms } from "../forms.ts";

/** Gradients: all, or every so many columns of them. */
export interface Part {
  readonly x: Tensor;
  /** Blocked. */
  readonly gradients: string;
  /** [N, O, H, W] of the gradients. */
  readonly shape: Shape;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Before the picture's first row and column; below 0, so many are left out. */
  readonly padding: Pair;
}

/**
 * Of a part: [slabs of channels, blocks of filters, taps, channels of a slab, B filters], a slab being a block of
 * channels, or all of a picture with fewer; by a way of its own, more before the filters. `add` is added to them.
 */
export type Sums = (part: Part, forms: Forms, add?: string) => string;

/** Numbers of a row of gradients that are read at once: onnxruntime's convolution takes so many blocks of filters. */
export const rowAtOnce = ({ shape: [, o, , columns] }: Part, block: number): number =>
  columns * Math.min(4, o / block) * block;

/** Pixels of a picture, along one axis, that the taps of so many neighbouring gradients reach. */
export const reach = ({ stride, kernel }: Part, axis: 0 | 1, gradients: number): number =>
  (gradients - 1) * stride[axis] + kernel[axis];
