/**
 * The gradient of a convolution's filters with each picture as a group of one convolution. The gradients, most often the
 * larger operand, are the filters as they lie in memory, neither copied nor reordered; each picture has its own result.
 */
import type { Node, Tensor } from "../../../../graph.ts";
import type { Pair } from "../../../attributes.ts";
import { type Forms, NCHWC } from "../forms.ts";
import { type Part, reach, rowAtOnce, type Sums } from "./part.ts";

/** Filters are read once for every few results: as many numbers as a core's own cache holds. */
const CACHED = 2 ** 18;

interface Plan extends Part {
  /** Rows of gradients are summed over some at a time, each with the rows of the picture that its taps reach. */
  readonly parts: number;
  /** Rows and columns of the gradients of a part. */
  readonly within: Pair;
  /** Rows of zeros before the picture, all of its rows then, and those of them that a part's taps reach. */
  readonly before: number;
  readonly high: number;
  readonly tall: number;
  /** Pixels of the picture in a row that taps reach. */
  readonly wide: number;
  /** Channels side by side. */
  readonly depth: number;
}

/** In how many parts: as few as the cache lets, of the numbers that onnxruntime takes as channels; 0: there are none. */
export function partsOf(part: Part, block: number): number {
  const [n, , rows] = part.shape;
  const possible = Array.from({ length: block - 1 }, (_, i) => i + 1).filter(
    (parts) => rows % parts === 0 && (n * parts < block || (n * parts) % block === 0),
  );
  return possible.find((parts) => rowAtOnce(part, block) * (rows / parts) <= CACHED) ?? possible.at(-1) ?? 0;
}

function planOf(part: Part, block: number): Plan {
  const { x, padding } = part;
  const [, , rows, columns] = part.shape;
  const parts = partsOf(part, block);
  const deep = reach(part, 0, rows);
  const whole = Math.min(x.shape[2], deep - padding[0]);
  return {
    ...part,
    parts,
    within: [rows / parts, columns],
    ...(parts === 1
      ? { before: 0, high: whole, tall: whole }
      : { before: padding[0], high: deep, tall: reach(part, 0, rows / parts) }),
    wide: reach(part, 1, columns),
    depth: Math.min(x.shape[1], block),
  };
}

/** [slabs, pictures, ...]. Filters must fill blocks; channels too, or be fewer than one. */
export const sumsByPicture: Sums = (part, forms, add) => {
  const { onnx, block } = forms;
  const { stride, padding } = part;
  const [n, o, rows] = part.shape;
  const plan = planOf(part, block);
  const filters = onnx.op("Reshape", [part.gradients, onnx.ints([n * o, plan.parts, ...plan.within])]);
  return onnx.op(`${NCHWC}.Conv`, [picturesOf(plan, forms), filters, ...(add === undefined ? [] : ["", add])], {
    kernel_shape: plan.within,
    dilations: [stride[0], stride[1] * plan.depth],
    pads: [padding[0] - plan.before, 0, reach(part, 0, rows) - (padding[0] - plan.before) - plan.high, 0],
    group: n,
  });
};

/** [slabs, pictures, ...] to [slabs, ...]. */
export function sumOverPictures(sums: string, { inputs, shape }: Node<"conv2dWeightGrad">, forms: Forms): string {
  const { onnx, block } = forms;
  const [o, c, kh, kw] = shape;
  const depth = Math.min(c, block);
  const apart = onnx.op("Reshape", [sums, onnx.ints([c / depth, inputs[0].shape[0], o * kh * kw * depth])]);
  const sum = onnx.op("ReduceSum", [apart, onnx.ints([1])], { keepdims: 0 });
  return onnx.op("Reshape", [sum, onnx.ints([c / depth, o, kh, kw * depth])]);
}

/**
 * [slabs, pictures and their parts, rows, pixels and channels of a slab], zeros where padded; but above and below a whole
 * picture the convolution pads.
 */
function picturesOf(plan: Plan, forms: Forms): string {
  const { onnx } = forms;
  const { x, stride, parts, within, tall, before, high, wide, depth } = plan;
  const [n, c, height] = x.shape;
  const slabs = c / depth;
  const shape = [n * slabs, height, wide * depth] as const;
  const rows = extended(besides(plan, forms), { shape, axis: 1, before, to: high }, forms);
  // What moves together: a whole picture of a slab, or a row.
  const unit = parts === 1 ? high : 1;
  const order = new Int32Array((slabs * n * parts * tall) / unit);
  let at = 0;
  for (let slab = 0; slab < slabs; slab++)
    for (let picture = 0; picture < n; picture++)
      for (let part = 0; part < parts; part++)
        for (let row = 0; row < tall; row += unit)
          order[at++] = ((picture * slabs + slab) * high) / unit + part * within[0] * stride[0] + row;
  const matrix = onnx.op("Reshape", [rows, onnx.ints([(n * slabs * high) / unit, unit * wide * depth])]);
  const indices = onnx.tensor(order, { shape: [order.length], dtype: "int32" });
  const taken = onnx.op("Gather", [matrix, indices], { axis: 0 });
  return onnx.op("Reshape", [taken, onnx.ints([slabs, n * parts, tall, wide * depth])]);
}

/** [pictures and slabs, rows, pixels and channels of a slab], as wide as the taps reach. */
function besides({ x, padding, wide, depth }: Plan, forms: Forms): string {
  const { onnx, block } = forms;
  const [n, c, height, width] = x.shape;
  const shape = [(n * c) / depth, height, width * depth] as const;
  const own = onnx.op("Reshape", [depth < block ? channelsLast(x, forms) : forms.toBlocked(x), onnx.ints(shape)]);
  return extended(own, { shape, axis: 2, before: padding[1] * depth, to: wide * depth }, forms);
}

/** [N, H * W, C]: by all threads, as a product with 1 on the diagonal, which a transposition has not. */
function channelsLast(x: Tensor, forms: Forms): string {
  const { onnx } = forms;
  const [n, c, height, width] = x.shape;
  const matrix = onnx.op("Reshape", [forms.plain(x), onnx.ints([n, c, height * width])]);
  const diagonal = Float32Array.from({ length: c * c }, (_, i) => (i % (c + 1) === 0 ? 1 : 0));
  const one = onnx.tensor(diagonal, { shape: [c, c], dtype: "float32" });
  return onnx.op("com.microsoft.FusedMatMul", [matrix, one], { transA: 1 });
}

interface Extent {
  readonly shape: readonly [number, number, number];
  readonly axis: 1 | 2;
  /** Zeros before the first; below 0, so many are left out. */
  readonly before: number;
  /** The new length. */
  readonly to: number;
}

/** An axis with zeros before and after it, and without what is beyond. */
function extended(x: string, { shape, axis, before, to }: Extent, { onnx }: Forms): string {
  const after = to - before - shape[axis];
  const ends = [Math.max(0, -before), shape[axis] - Math.max(0, -after)];
  const whole = ends[1] - ends[0] === shape[axis];
  const kept = whole ? x : onnx.op("Slice", [x, ...ends.map((end) => onnx.ints([end])), onnx.ints([axis])]);
  const zeros = (count: number): string[] =>
    count > 0 ? [onnx.op("Expand", [onnx.scalar(0), onnx.ints(shape.with(axis, count))])] : [];
  const joined = [...zeros(before), kept, ...zeros(after)];
  return joined.length > 1 ? onnx.op("Concat", joined, { axis }) : kept;
}
