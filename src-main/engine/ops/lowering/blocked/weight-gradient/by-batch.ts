/**
 * The gradient of a convolution's filters with the pictures of a batch as channels of one convolution. Both operands are
 * copied into that order; there is one result for all pictures.
 */
import { type Forms, NCHWC } from "../forms.ts";
import { type Part, reach, rowAtOnce, type Sums } from "./part.ts";

/** Filters are read once for every few results: a part that stays in a core's own cache, numbers. */
const CACHED = 2 ** 17;

interface Plan extends Part {
  /** Blocks of pictures. */
  readonly batches: number;
  /** Rows of gradients are summed over some at a time, each with the rows of the picture that its taps reach. */
  readonly parts: number;
  /** Of the picture, of one part. */
  readonly tall: number;
  /** Pixels of the picture in a row that taps reach. */
  readonly wide: number;
}

/** Pictures, filters and channels must fill blocks. */
export const sumsByBatch: Sums = (part, forms, add) => {
  const { onnx, block } = forms;
  const { stride, x, shape } = part;
  const [n, o, rows, columns] = shape;
  const high = rowsAtOnce(rows, rowAtOnce(part, block) * block);
  const [tall, wide] = [reach(part, 0, high), reach(part, 1, columns)];
  const plan = { ...part, batches: n / block, parts: rows / high, tall, wide };
  const inner = plan.parts * n;
  const picture = onnx.op("Reshape", [
    pixelsOf(plan, forms),
    onnx.ints([x.shape[1] / block, inner, tall, wide * block]),
  ]);
  const filters = onnx.op("Reshape", [gradientsOf(plan, forms), onnx.ints([o, inner, high, columns])]);
  return onnx.op(`${NCHWC}.Conv`, [picture, filters, ...(add === undefined ? [] : ["", add])], {
    kernel_shape: [high, columns],
    dilations: [stride[0], stride[1] * block],
  });
};

/** The largest divisor of the rows whose gradients stay in the cache. */
function rowsAtOnce(rows: number, numbersPerRow: number): number {
  const most = Math.max(1, Math.min(rows, Math.floor(CACHED / numbersPerRow)));
  return Array.from({ length: most }, (_, i) => most - i).find((high) => rows % high === 0) ?? 1;
}

/** [slabs of channels, blocks of pictures, parts, rows, pixels, channels of a slab, B pictures], zeros where padded. */
function pixelsOf({ x, shape, stride, padding, batches, parts, tall, wide }: Plan, forms: Forms): string {
  const { onnx, block } = forms;
  const [n, c, height, width] = x.shape;
  const slabs = c / block;
  // What moves together: a pixel's block of channels, of all pictures of a block.
  const count = slabs * height * width;
  const own = onnx.op("Reshape", [forms.toBlocked(x), onnx.ints([n, count * block])]);
  // One pixel of zeros, for the padding to be taken from.
  const zeros = onnx.op("Expand", [onnx.scalar(0), onnx.ints([n, block])]);
  const lines = onnx.op("Reshape", [
    onnx.op("Concat", [own, zeros], { axis: 1 }),
    onnx.ints([batches, block, 1, (count + 1) * block]),
  ]);
  const turned = onnx.op(`${NCHWC}.ReorderInput`, [lines]);
  const places = new Int32Array(slabs * batches * parts * tall * wide);
  const apart = (shape[2] / parts) * stride[0];
  let at = 0;
  for (let slab = 0; slab < slabs; slab++)
    for (let batch = 0; batch < batches; batch++)
      for (let row = 0; row < parts * tall; row++) {
        const y = Math.floor(row / tall) * apart + (row % tall) - padding[0];
        for (let column = 0; column < wide; column++) {
          const left = column - padding[1];
          const inside = y >= 0 && y < height && left >= 0 && left < width;
          places[at++] = batch * (count + 1) + (inside ? (slab * height + y) * width + left : count);
        }
      }
  const matrix = onnx.op("Reshape", [turned, onnx.ints([batches * (count + 1), block ** 2])]);
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
