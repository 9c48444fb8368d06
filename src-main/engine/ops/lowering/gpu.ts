/**
 * Rows that GPUs want otherwise than the CPU. WebGPU's provider has no Sign, LogSoftmax or ScatterElements, its MaxPool
 * gives no indices, and its Conv is wrong for some numbers of channels; CUDA's has no MaxUnpool, and adds scattered
 * numbers in no fixed order. Each row is the same mathematics in ops that every provider has.
 */
import { type Node, type Shape, size, type Tensor } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { PoolAttributes } from "../attributes.ts";
import type { LoweringRows } from "./rule.ts";
import { spatial } from "./spatial.ts";

const FLOAT = 1;
/** Less than any number that a picture holds: what a maximum never takes. Infinity has no literal in WGSL. */
const LOWEST = -3.4028234663852886e38;

type Row = "conv2d" | "conv2dInputGrad" | "sign" | "logSoftmax" | "maxPool2dScatter" | "maxPool2dGather" | "scatterAdd";

export const gpu: LoweringRows<Row> = {
  conv2d: (node, [x, w, ...bias], onnx) => {
    const by = missingChannels(node.inputs[1].shape[1], node.attrs);
    return spatial.conv2d(node, [widened(x, { axis: 1, by }, onnx), widened(w, { axis: 1, by }, onnx), ...bias], onnx);
  },
  conv2dInputGrad: (node, [g, w], onnx) => {
    const [gradient, filters] = node.inputs;
    const by = missingChannels(filters.shape[0], node.attrs);
    const wide = { ...node, inputs: [grown(gradient, { axis: 1, by }), grown(filters, { axis: 0, by })] };
    return spatial.conv2dInputGrad(wide, [widened(g, { axis: 1, by }, onnx), widened(w, { axis: 0, by }, onnx)], onnx);
  },

  sign: (_, [x], onnx) => {
    const is = (type: "Greater" | "Less"): string =>
      onnx.op("Cast", [onnx.op(type, [x, onnx.scalar(0)])], { to: FLOAT });
    return onnx.op("Sub", [is("Greater"), is("Less")]);
  },

  logSoftmax: (_, [x], onnx) => {
    const last = onnx.ints([-1]);
    const below = onnx.op("Sub", [x, onnx.op("ReduceMax", [x, last], { keepdims: 1 })]);
    const sum = onnx.op("ReduceSum", [onnx.op("Exp", [below]), last], { keepdims: 1 });
    return onnx.op("Sub", [below, onnx.op("Log", [sum])]);
  },

  maxPool2dScatter: (node, [x, g], onnx) => {
    const { kernel, stride, padding } = node.attrs;
    const [n, c, height, width] = node.shape;
    const [rows, columns] = node.inputs[1].shape.slice(2);
    const parts = winners(x, { node, out: [rows, columns] }, onnx).map((mask) =>
      onnx.op("Reshape", [onnx.op("Mul", [mask, g]), onnx.ints([n * c, 1, rows, columns])]),
    );
    // Each tap's numbers go to where the tap lay: a transposed convolution by filters that hold a single 1.
    const taps = kernel[0] * kernel[1];
    const places = new Float32Array(taps * taps);
    for (let tap = 0; tap < taps; tap++) places[tap * taps + tap] = 1;
    const filters = onnx.tensor(places, { shape: [taps, 1, ...kernel], dtype: "float32" });
    const reached = [rows, columns].map((count, axis) => (count - 1) * stride[axis] - 2 * padding[axis] + kernel[axis]);
    const sum = onnx.op("ConvTranspose", [onnx.op("Concat", parts, { axis: 1 }), filters], {
      kernel_shape: kernel,
      strides: stride,
      pads: [...padding, ...padding],
      output_padding: [height - reached[0], width - reached[1]],
    });
    return onnx.op("Reshape", [sum, onnx.ints(node.shape)]);
  },

  maxPool2dGather: (node, [x, h], onnx) => {
    const out = node.shape.slice(2);
    const masks = winners(x, { node, out }, onnx);
    const views = underTaps(h, { node, out, outside: 0 }, onnx);
    return masks.map((mask, tap) => onnx.op("Mul", [mask, views[tap]])).reduce((a, b) => onnx.op("Add", [a, b]));
  },

  // A product with the matrix that says which update goes to which row: one fixed order of addition, and no atomics.
  scatterAdd: (node, [updates, indices], onnx) => {
    const { rows } = node.attrs;
    const count = size(node.inputs[1].shape);
    const numbers = onnx.tensor(
      Int32Array.from({ length: rows }, (_, row) => row),
      { shape: [rows, 1], dtype: "int32" },
    );
    const goes = onnx.op("Equal", [numbers, onnx.op("Reshape", [indices, onnx.ints([1, count])])]);
    const flat = onnx.op("Reshape", [updates, onnx.ints([count, size(node.inputs[0].shape) / count])]);
    const sum = onnx.op("MatMul", [onnx.op("Cast", [goes], { to: FLOAT }), flat]);
    return onnx.op("Reshape", [sum, onnx.ints(node.shape)]);
  },
};

interface Widening {
  readonly axis: 0 | 1;
  readonly by: number;
}

/**
 * onnxruntime 1.30's Conv reads channels three at a time where their number is a multiple of 3, above 3, and not of 4,
 * and gives wrong sums: how many channels of zeros bring it to a multiple of 4.
 */
function missingChannels(channels: number, { groups }: { readonly groups: number }): number {
  return groups === 1 && channels > 3 && channels % 3 === 0 ? -channels & 3 : 0;
}

/** A picture or a filter with `by` more channels, of zeros. */
function widened(x: string, { axis, by }: Widening, onnx: OnnxModel): string {
  return by === 0 ? x : onnx.op("Pad", [x, onnx.ints([0, 0, 0, 0, ...[0, 1, 2, 3].map((i) => (i === axis ? by : 0))])]);
}

function grown(x: Tensor, { axis, by }: Widening): Tensor {
  return { ...x, shape: x.shape.map((n, i) => (i === axis ? n + by : n)) };
}

interface Windows {
  readonly node: Node<"maxPool2dScatter"> | Node<"maxPool2dGather">;
  /** Height and width of the pool's result. */
  readonly out: Shape;
}

/** For every tap of the window, 1 where it is the window's first maximum, else 0: [N, C, H', W'] each. */
function winners(x: string, windows: Windows, onnx: OnnxModel): string[] {
  const most = onnx.op("MaxPool", [x], attributesOf(windows.node.attrs));
  let open: string | null = null;
  return underTaps(x, { ...windows, outside: LOWEST }, onnx).map((view) => {
    const equal = onnx.op("Cast", [onnx.op("Equal", [view, most])], { to: FLOAT });
    const mask: string = open === null ? equal : onnx.op("Mul", [equal, open]);
    open = onnx.op("Sub", [open ?? onnx.scalar(1), mask]);
    return mask;
  });
}

/** The pixels that lie under every tap of the windows, [N, C, H', W'] each; `outside` where a window leaves the picture. */
function underTaps(
  x: string,
  { node, out, outside }: Windows & { readonly outside: number },
  onnx: OnnxModel,
): string[] {
  const { kernel, stride, padding } = node.attrs;
  const pads = onnx.ints([0, 0, ...padding, 0, 0, ...padding]);
  const padded = padding.some((p) => p > 0) ? onnx.op("Pad", [x, pads, onnx.scalar(outside)]) : x;
  return Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const starts = [Math.floor(tap / kernel[1]), tap % kernel[1]];
    const ends = starts.map((start, axis) => start + (out[axis] - 1) * stride[axis] + 1);
    return onnx.op("Slice", [padded, onnx.ints(starts), onnx.ints(ends), onnx.ints([2, 3]), onnx.ints(stride)]);
  });
}

function attributesOf({ kernel, stride, padding }: PoolAttributes) {
  return { kernel_shape: kernel, strides: stride, pads: [...padding, ...padding] };
}
