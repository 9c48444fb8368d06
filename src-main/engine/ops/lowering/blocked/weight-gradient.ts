/**
 * The gradient of a convolution's filters as a blocked convolution, without a copy of the picture for each tap. What is
 * summed over are pictures and places: the pictures of a batch stand as channels, the gradients are the filters, as large
 * as themselves, and move over the picture by as many places as the true filters have taps. A picture's channels lie side
 * by side in a row, so that a row of results is long; its pixels are then apart by as many places, which is a dilation.
 */
import type { Node, Shape, Tensor } from "../../../graph.ts";
import type { Pair } from "../../attributes.ts";
import { weightGradient } from "../weight-gradient.ts";
import { type Forms, type Lowered, NCHWC } from "./forms.ts";
import { unit, windowed } from "./native.ts";

type Gradient = Node<"conv2dWeightGrad">;

/** Filters are read once for every few results: a part that stays in a core's own cache, bytes. */
const CACHED = 2 ** 19;
/** Blocks of filters that onnxruntime's convolution takes at once. */
const AT_ONCE = 4;

/** A part of the gradients: all, or every so many columns of them. */
interface Part {
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

interface Plan extends Part {
  /** Blocks of pictures. */
  readonly batches: number;
  /** Channels side by side in a row: a block, or all of a picture with fewer. */
  readonly depth: number;
  /** Rows of gradients are summed over some at a time, each with the rows of the picture that its taps reach. */
  readonly parts: number;
  /** Of the picture, of one part. */
  readonly tall: number;
  /** Pixels of the picture in a row that taps reach. */
  readonly wide: number;
}

export function conv2dWeightGrad(node: Gradient, forms: Forms): Lowered | null {
  const [x, g] = node.inputs;
  const { kernel, stride, padding, groups } = node.attrs;
  const { block } = forms;
  const [n, c] = x.shape;
  const [, o, rows, broad] = g.shape;
  const fits = n % block === 0 && o % block === 0 && (c % block === 0 || c < block);
  // One tap is one product of matrices, and no copy.
  if (kernel[0] * kernel[1] === 1) return ofOneTap(node, forms);
  if (!fits || groups > 1) return null;
  const columns = forms.columns(g) ?? [forms.toBlocked(g)];
  const apart: Pair = [stride[0], stride[1] * columns.length];
  const sums = columns.reduce<string | undefined>((sum, gradients, at) => {
    const shape = [n, o, rows, broad / columns.length];
    const begin: Pair = [padding[0], padding[1] - at * stride[1]];
    return sumsOf({ x, gradients, shape, kernel, stride: apart, padding: begin }, forms, sum);
  }, undefined);
  return sums === undefined ? null : { plain: filtersOf(node, sums, forms) };
}

/** [slabs, blocks of filters, taps, channels of a slab, B filters], and what is added to them. */
function sumsOf(part: Part, forms: Forms, add?: string): string {
  const { onnx, block } = forms;
  const { kernel, stride } = part;
  const [n, c] = part.x.shape;
  const [, o, rows, columns] = part.shape;
  const high = rowsAtOnce(rows, columns * Math.min(AT_ONCE, o / block) * block ** 2 * Float32Array.BYTES_PER_ELEMENT);
  const [tall, wide] = [(high - 1) * stride[0] + kernel[0], (columns - 1) * stride[1] + kernel[1]];
  const plan = { ...part, batches: n / block, depth: Math.min(c, block), parts: rows / high, tall, wide };
  const inner = plan.batches * plan.parts * block;
  const picture = onnx.op("Reshape", [
    pixelsOf(plan, forms),
    onnx.ints([c / plan.depth, inner, tall, wide * plan.depth]),
  ]);
  const filters = onnx.op("Reshape", [gradientsOf(plan, forms), onnx.ints([o, inner, high, columns])]);
  return onnx.op(`${NCHWC}.Conv`, [picture, filters, ...(add === undefined ? [] : ["", add])], {
    kernel_shape: [high, columns],
    dilations: [stride[0], stride[1] * plan.depth],
  });
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

/** The largest divisor of the rows whose gradients stay in the cache. */
function rowsAtOnce(rows: number, bytesPerRow: number): number {
  const most = Math.max(1, Math.min(rows, Math.floor(CACHED / bytesPerRow)));
  return Array.from({ length: most }, (_, i) => most - i).find((high) => rows % high === 0) ?? 1;
}

/** [slabs of channels, blocks of pictures, parts, rows, pixels, channels of a slab, B pictures], zeros where padded. */
function pixelsOf({ x, shape, stride, padding, batches, depth, parts, tall, wide }: Plan, forms: Forms): string {
  const { onnx, block } = forms;
  const [n, c, height, width] = x.shape;
  const filled = c === depth && c < block;
  // What moves together: a pixel's block of channels, or one number of a plain picture; of all pictures of a block.
  const unit = filled ? 1 : block;
  const count = (c * height * width) / unit;
  const own = onnx.op("Reshape", [filled ? forms.plain(x) : forms.toBlocked(x), onnx.ints([n, count * unit])]);
  // One unit of zeros, for the padding to be taken from.
  const zeros = onnx.op("Expand", [onnx.scalar(0), onnx.ints([n, unit])]);
  const lines = onnx.op("Reshape", [
    onnx.op("Concat", [own, zeros], { axis: 1 }),
    onnx.ints([batches, block, 1, (count + 1) * unit]),
  ]);
  const turned = onnx.op(`${NCHWC}.ReorderInput`, [lines]);
  const [slabs, within] = filled ? [1, c] : [c / block, 1];
  const places = new Int32Array(slabs * batches * parts * tall * wide * within);
  const apart = (shape[2] / parts) * stride[0];
  let at = 0;
  for (let slab = 0; slab < slabs; slab++)
    for (let batch = 0; batch < batches; batch++)
      for (let row = 0; row < parts * tall; row++) {
        const y = Math.floor(row / tall) * apart + (row % tall) - padding[0];
        for (let column = 0; column < wide; column++) {
          const left = column - padding[1];
          const inside = y >= 0 && y < height && left >= 0 && left < width;
          for (let channel = 0; channel < within; channel++)
            places[at++] = batch * (count + 1) + (inside ? ((slab + channel) * height + y) * width + left : count);
        }
      }
  const matrix = onnx.op("Reshape", [turned, onnx.ints([batches * (count + 1), unit * block])]);
  const indices = onnx.tensor(places, { shape: [places.length], dtype: "int32" });
  return onnx.op("Gather", [matrix, indices], { axis: 0 });
}

/** [blocks of filters, blocks of pictures, places, B pictures, B filters]. */
function gradientsOf({ gradients, shape, batches }: Plan, { onnx, block }: Forms): string {
  const [n, o, rows, columns] = shape;
  const [slabs, places] = [o / block, rows * columns];
  // Blocks of filters move whole: gathered by threads, which a transposition has not.
  const order = new Int32Array(n * slabs * places);
  let at = 0;
  for (let slab = 0; slab < slabs; slab++)
    for (let batch = 0; batch < batches; batch++)
      for (let place = 0; place < places; place++)
        for (let picture = batch * block; picture < (batch + 1) * block; picture++)
          order[at++] = (picture * slabs + slab) * places + place;
  const units = onnx.op("Reshape", [gradients, onnx.ints([order.length, block])]);
  const indices = onnx.tensor(order, { shape: [order.length], dtype: "int32" });
  return onnx.op("Gather", [units, indices], { axis: 0 });
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
