/**
 * Filters as the blocked convolutions take them, reordered in the graph, since training changes them at every step. All
 * is done by the reorder of pictures, which moves B rows to the innermost place, and by gathering whole rows: both use
 * their threads, as a general transposition does not.
 */
import { as, type Data, type Shape, type Tensor } from "../../../graph.ts";
import { type Forms, NCHWC } from "./forms.ts";

/** [rows, B, places] to [rows, places, B]. */
function turnedIn({ onnx }: Forms, x: string, [rows, depth, places]: readonly [number, number, number]): string {
  return onnx.op(`${NCHWC}.ReorderInput`, [onnx.op("Reshape", [x, onnx.ints([rows, depth, 1, places])])]);
}

/** [O, I, kH, kW] with I in blocks too: O / B, I / B, taps, B of I, B of O. */
export function blockedFilters(forms: Forms, w: Tensor): string {
  const { onnx, block } = forms;
  const [o, i, kh, kw] = w.shape;
  const taps = kh * kw;
  const known = as(w, "constant");
  if (known !== null) return onnx.tensor(reordered(known.attrs.data, w.shape, block), w);
  const inner = taps === 1 ? forms.plain(w) : turnedIn(forms, forms.plain(w), [(o * i) / block, block, taps]);
  return onnx.op("Reshape", [turnedIn(forms, inner, [1, o, i * taps]), onnx.ints(w.shape)]);
}

/** The same of filters that are part of the program: once, here, instead of at every run. */
function reordered(data: Data, [o, i, kh, kw]: Shape, block: number): Data {
  const taps = kh * kw;
  const out = new Float32Array(data.length);
  let at = 0;
  for (let outer = 0; outer < o; outer += block)
    for (let inner = 0; inner < i; inner += block)
      for (let tap = 0; tap < taps; tap++)
        for (let from = inner; from < inner + block; from++)
          for (let to = outer; to < outer + block; to++) out[at++] = data[(to * i + from) * taps + tap];
  return out;
}

/** [O, I, kH, kW] with fewer input channels than a block, for a plain picture: O / B, I, taps, B of O. */
export function filtersForPlain(forms: Forms, w: Tensor): string {
  const [o, i, kh, kw] = w.shape;
  return forms.onnx.op("Reshape", [turnedIn(forms, forms.plain(w), [1, o, i * kh * kw]), forms.onnx.ints(w.shape)]);
}

/**
 * The filters of the adjoint, [I, O, ...], their channels swapped and their taps as given, row by row (default: turned by
 * 180 degrees): I / B, O / B, taps, B of O, B of I.
 */
export function blockedAdjoint(forms: Forms, w: Tensor, order?: readonly (readonly number[])[]): string {
  const { onnx, block } = forms;
  const [o, i, kh, kw] = w.shape;
  const taps = kh * kw;
  const turned = Array.from({ length: kh }, (_r, r) => Array.from({ length: kw }, (_c, c) => taps - 1 - r * kw - c));
  const kept = order ?? turned;
  const squares = turnedIn(forms, blockedFilters(forms, w), [(o * i * taps) / block ** 2, block, block]);
  // A row is one square of B by B; they stand by O / B, I / B, taps, and are to stand by I / B, O / B, taps.
  const rows = Array.from({ length: i / block }, (_i, ib) =>
    Array.from({ length: o / block }, (_o, ob) => kept.flat().map((tap) => (ob * (i / block) + ib) * taps + tap)),
  ).flat(2);
  const matrix = onnx.op("Reshape", [squares, onnx.ints([-1, block ** 2])]);
  const taken = onnx.op("Gather", [matrix, onnx.ints(rows)], { axis: 0 });
  return onnx.op("Reshape", [taken, onnx.ints([i, o, kept.length, kept[0].length])]);
}
