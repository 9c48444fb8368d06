/** Lowering rows of matrix products, convolutions and pools. */
import { type Shape, size } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { Attributes } from "../../onnx/op.ts";
import type { ConvAttributes, Pair, PoolAttributes } from "../attributes.ts";
import type { LoweringRows } from "./rule.ts";
import { weightGradient } from "./weight-gradient.ts";

const bothSides = ([h, w]: Pair): number[] => [h, w, h, w];

function windowAttributes(kernel: Pair, { stride, padding }: Pick<ConvAttributes, "stride" | "padding">): Attributes {
  return { kernel_shape: kernel, strides: stride, pads: bothSides(padding) };
}

const poolAttributes = (attrs: PoolAttributes): Attributes => windowAttributes(attrs.kernel, attrs);

/** Filters [O, I, kH, kW] turned by 180 degrees and with their channels swapped: [I, O, kH, kW]. */
function turned(onnx: OnnxModel, w: string, [o, i, kh, kw]: Shape): string {
  const taps = kh * kw;
  const swapped = onnx.op("Transpose", [onnx.op("Reshape", [w, onnx.ints([o, i, taps])])], { perm: [2, 1, 0] });
  const reversed = onnx.ints(Array.from({ length: taps }, (_, at) => taps - 1 - at));
  const turned = onnx.op("Gather", [swapped, reversed], { axis: 0 });
  return onnx.op("Reshape", [onnx.op("Transpose", [turned], { perm: [1, 2, 0] }), onnx.ints([i, o, kh, kw])]);
}

const disjoint = ({ kernel, stride }: PoolAttributes): boolean => kernel[0] <= stride[0] && kernel[1] <= stride[1];

type Spatial =
  | ("matmul" | "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad")
  | ("maxPool2d" | "maxPool2dScatter" | "maxPool2dGather" | "avgPool2d" | "avgPool2dGrad");

export const spatial: LoweringRows<Spatial> = {
  matmul: (_, operands, onnx) => onnx.op("MatMul", operands),

  conv2d: (node, operands, onnx) => {
    const [, , kh, kw] = node.inputs[1].shape;
    return onnx.op("Conv", operands, { ...windowAttributes([kh, kw], node.attrs), group: node.attrs.groups });
  },
  conv2dInputGrad: (node, [g, w], onnx) => {
    const { stride, padding, groups, size: target } = node.attrs;
    const { shape } = node.inputs[1];
    const kernel: Pair = [shape[2], shape[3]];
    // With stride 1 the adjoint is itself a convolution, and onnxruntime's convolution is its fastest kernel.
    if (groups === 1 && stride[0] === 1 && stride[1] === 1 && padding[0] < kernel[0] && padding[1] < kernel[1]) {
      const rest: Pair = [kernel[0] - 1 - padding[0], kernel[1] - 1 - padding[1]];
      return onnx.op("Conv", [g, turned(onnx, w, shape)], windowAttributes(kernel, { stride, padding: rest }));
    }
    const reached = (axis: 0 | 1): number =>
      (node.inputs[0].shape[2 + axis] - 1) * stride[axis] - 2 * padding[axis] + kernel[axis];
    return onnx.op("ConvTranspose", [g, w], {
      ...windowAttributes(kernel, node.attrs),
      group: groups,
      output_padding: [target[0] - reached(0), target[1] - reached(1)],
    });
  },
  conv2dWeightGrad: (node, [x, g], onnx) => weightGradient(node, [x, g], onnx),

  maxPool2d: (node, operands, onnx) => onnx.op("MaxPool", operands, poolAttributes(node.attrs)),
  maxPool2dScatter: (node, [x, g], onnx) => {
    const [, places] = onnx.twoOutputs("MaxPool", [x], poolAttributes(node.attrs));
    // Where windows share no pixel nothing is added up, and MaxUnpool writes each number to its place.
    if (disjoint(node.attrs))
      return onnx.op("MaxUnpool", [g, places, onnx.ints(node.shape)], poolAttributes(node.attrs));
    const zeros = onnx.op("Expand", [onnx.scalar(0), onnx.ints([size(node.shape)])]);
    const [to, from] = [places, g].map((name) => onnx.op("Reshape", [name, onnx.ints([-1])]));
    const sum = onnx.op("ScatterElements", [zeros, to, from], { axis: 0, reduction: "add" });
    return onnx.op("Reshape", [sum, onnx.ints(node.shape)]);
  },
  maxPool2dGather: (node, [x, h], onnx) => {
    const [, places] = onnx.twoOutputs("MaxPool", [x], poolAttributes(node.attrs));
    const flat = onnx.op("Reshape", [h, onnx.ints([-1])]);
    const taken = onnx.op("GatherElements", [flat, onnx.op("Reshape", [places, onnx.ints([-1])])], { axis: 0 });
    return onnx.op("Reshape", [taken, onnx.ints(node.shape)]);
  },
  avgPool2d: (node, operands, onnx) =>
    onnx.op("AveragePool", operands, { ...poolAttributes(node.attrs), count_include_pad: 0 }),
  avgPool2dGrad: (node, [g], onnx) => {
    // Each number is divided by the pixels that its window counted, then spread over them by a depthwise convolution.
    const { kernel, stride, padding, size: target } = node.attrs;
    const [, channels, rows, columns] = node.inputs[0].shape;
    const counted = (axis: 0 | 1, length: number): number[] =>
      Array.from({ length }, (_, at) => {
        const start = at * stride[axis] - padding[axis];
        return Math.min(start + kernel[axis], target[axis]) - Math.max(start, 0);
      });
    const [high, wide] = [counted(0, rows), counted(1, columns)];
    const weights = Float32Array.from(high.flatMap((h) => wide.map((w) => 1 / (h * w))));
    const shares = onnx.op("Mul", [g, onnx.tensor(weights, { shape: [rows, columns], dtype: "float32" })]);
    const ones = onnx.op("Expand", [onnx.scalar(1), onnx.ints([channels, 1, ...kernel])]);
    return onnx.op("ConvTranspose", [shares, ones], {
      ...poolAttributes(node.attrs),
      group: channels,
      output_padding: [
        target[0] - ((rows - 1) * stride[0] - 2 * padding[0] + kernel[0]),
        target[1] - ((columns - 1) * stride[1] - 2 * padding[1] + kernel[1]),
      ],
    });
  },
};
