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
 * The sums of a part, to which `add` is added: [slabs of channels, blocks of filters, taps, channels of a slab, B
 * filters], a slab being a block of channels, or all of a picture with fewer; picture by picture they are
 * [slabs, pictures, blocks of filters, ...].
 */
export type Sums = (part: Part, forms: Forms, add?: string) => string;

/** Blocks of filters that onnxruntime's convolution takes at once. */
const AT_ONCE = 4;

/** How many numbers of a row of gradients are read at once. */
export const rowAtOnce = ({ shape: [, o, , columns] }: Part, block: number): number =>
  columns * Math.min(AT_ONCE, o / block) * block;

/** Pixels of a picture, along one axis, that the taps of so many neighbouring gradients reach. */
export const reach = ({ stride, kernel }: Part, axis: 0 | 1, gradients: number): number =>
  (gradients - 1) * stride[axis] + kernel[axis];
