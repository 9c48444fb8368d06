/** The blocked rows of the gradient of a convolution's filters. */
import type { Node } from "../../../../graph.ts";
import type { Pair } from "../../../attributes.ts";
import { weightGradient } from "../../weight-gradient.ts";
import { type Forms, type Lowered, NCHWC } from "../forms.ts";
import { unit, windowed } from "../native.ts";
import { sumsByBatch } from "./by-batch.ts";
import { sumOverPictures, sumsByPicture, partsOf } from "./by-picture.ts";
import type { Part, Sums } from "./part.ts";

type Gradient = Node<"conv2dWeightGrad">;

export function conv2dWeightGrad(node: Gradient, forms: Forms): Lowered | null {
  const [x, g] = node.inputs;
  const { kernel, stride, padding, groups } = node.attrs;
  const { block } = forms;
  const [n, c] = x.shape;
  const [, o, rows, broad] = g.shape;
  // One tap is one product of matrices, and no copy.
  if (kernel[0] * kernel[1] === 1) return ofOneTap(node, forms);
  if (groups > 1 || o % block !== 0 || (c % block !== 0 && c > block)) return null;
  const columns = forms.columns(g) ?? [forms.toBlocked(g)];
  const parts = columns.map((gradients, at): Part => {
    const begin: Pair = [padding[0], padding[1] - at * stride[1]];
    const apart: Pair = [stride[0], stride[1] * columns.length];
    return { x, gradients, shape: [n, o, rows, broad / columns.length], kernel, stride: apart, padding: begin };
  });
  const over = (sums: Sums): string => {
    const [first, ...others] = parts;
    return others.reduce((sum, part) => sums(part, forms, sum), sums(first, forms));
  };
  // Every picture's own result is written, which must be less than what else would be copied.
  const small = c < block || c * kernel[0] * kernel[1] <= rows * broad;
  if (small && partsOf(parts[0], block) > 0)
    return { plain: filtersOf(node, sumOverPictures(over(sumsByPicture), node, forms), forms) };
  if (n % block !== 0 || c < block) return null;
  return { plain: filtersOf(node, over(sumsByBatch), forms) };
}

/** A strided tap sees every so many pixels: a pool of one pixel takes them faster than a slice. */
function ofOneTap(node: Gradient, forms: Forms): Lowered | null {
  const [x, g] = node.inputs;
  const { kernel, stride, padding, groups } = node.attrs;
  const form = forms.native(x);
  if (form === null || groups > 1 || unit(stride) || padding.some((p) => p > 0)) return null;
  const { onnx } = forms;
  const [n, c] = x.shape;
  const shape = [n, c, g.shape[2], g.shape[3]];
  const few = onnx.op(`${NCHWC}.MaxPool`, [form], windowed(kernel, stride, padding));
  const plain = onnx.op(`${NCHWC}.ReorderOutput`, [few], { channels: c });
  const attrs = { ...node.attrs, stride: [1, 1] as const };
  return { plain: weightGradient({ ...node, attrs, inputs: [{ ...x, shape }, g] }, [plain, forms.plain(g)], onnx) };
}

/** From [slabs, blocks of filters, taps, channels of a slab, B filters] to [O, C, kH, kW]. */
function filtersOf({ shape }: Gradient, sums: string, { onnx, block }: Forms): string {
  const [o, c, kh, kw] = shape;
  const taps = kh * kw;
  const rows = onnx.op(`${NCHWC}.ReorderOutput`, [sums], { channels: o });
  if (c < block) {
    const turned = onnx.op("Transpose", [onnx.op("Reshape", [rows, onnx.ints([o, taps, c])])], { perm: [0, 2, 1] });
    return onnx.op("Reshape", [turned, onnx.ints(shape)]);
  }
  const slabs = c / block;
  const byChannel = onnx.op(
    `${NCHWC}.ReorderOutput`,
    [onnx.op("Reshape", [rows, onnx.ints([slabs * o, block, 1, taps])])],
    { channels: block },
  );
  const matrix = onnx.op("Reshape", [byChannel, onnx.ints([slabs * o, block * taps])]);
  const order = Int32Array.from({ length: slabs * o }, (_, at) => (at % slabs) * o + Math.floor(at / slabs));
  const indices = onnx.tensor(order, { shape: [order.length], dtype: "int32" });
  const sorted = slabs === 1 ? matrix : onnx.op("Gather", [matrix, indices], { axis: 0 });
  return onnx.op("Reshape", [sorted, onnx.ints(shape)]);
}
