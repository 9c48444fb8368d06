/** Filters as the blocked convolutions take them, reordered in the graph, since training changes them at every step. */
import type { Shape, Tensor } from "../../../graph.ts";
import { type Forms, NCHWC } from "./forms.ts";

/** [O, I, kH, kW] with I in blocks too: O / B, I / B, taps, B of I, B of O. */
export function blockedFilters(forms: Forms, w: string, [o, i, kh, kw]: Shape): string {
  const { onnx, block } = forms;
  const taps = kh * kw;
  // One reorder puts the block of O innermost, by a fast kernel; then runs of B numbers change places.
  const rows = onnx.op(`${NCHWC}.ReorderInput`, [onnx.op("Reshape", [w, onnx.ints([1, o, i, taps])])]);
  if (taps === 1) return onnx.op("Reshape", [rows, onnx.ints([o, i, kh, kw])]);
  const split = onnx.op("Reshape", [rows, onnx.ints([(o * i) / block / block, block, taps, block])]);
  return onnx.op("Reshape", [onnx.op("Transpose", [split], { perm: [0, 2, 1, 3] }), onnx.ints([o, i, kh, kw])]);
}

/** [O, I, kH, kW] with fewer input channels than a block, for a plain picture: O / B, I, taps, B of O. */
export function filtersForPlain(forms: Forms, w: string, [o, i, kh, kw]: Shape): string {
  const { onnx } = forms;
  const rows = onnx.op(`${NCHWC}.ReorderInput`, [onnx.op("Reshape", [w, onnx.ints([1, o, i, kh * kw])])]);
  return onnx.op("Reshape", [rows, onnx.ints([o, i, kh, kw])]);
}

/**
 * The filters of the adjoint, [I, O, ...], their channels swapped and their taps as given, row by row (default: turned by
 * 180 degrees): I / B, O / B, taps, B of O, B of I.
 */
export function blockedAdjoint(forms: Forms, w: Tensor, order?: readonly (readonly number[])[]): string {
  const { onnx, block } = forms;
  const [o, i, kh, kw] = w.shape;
  const taps = kh * kw;
  const flat = onnx.op("Reshape", [forms.plain(w), onnx.ints([o, i, 1, taps])]);
  const rows = taps === 1 ? flat : onnx.op(`${NCHWC}.ReorderInput`, [flat]);
  const split = onnx.op("Reshape", [rows, onnx.ints([o / block, block, i / block, taps, block])]);
  const swapped = onnx.op("Transpose", [split], { perm: [2, 0, 3, 1, 4] });
  const turned = Array.from({ length: kh }, (_r, r) => Array.from({ length: kw }, (_c, c) => taps - 1 - r * kw - c));
  const kept = order ?? turned;
  const taken = taps === 1 ? swapped : onnx.op("Gather", [swapped, onnx.ints(kept.flat())], { axis: 2 });
  return onnx.op("Reshape", [taken, onnx.ints([i, o, kept.length, kept[0].length])]);
}
