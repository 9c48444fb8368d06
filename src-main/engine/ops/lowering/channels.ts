/** Lowering rows of the ops on channels, dimension 1 of [N, C, ...]. */
import { size } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { LoweringRows } from "./rule.ts";

export const channels: LoweringRows<"channelMoments" | "channelAffine"> = {
  channelMoments: (node, [x], onnx) => {
    const { shape } = node.inputs[0];
    const [batch, count] = [shape[0], shape[1]];
    const rows = onnx.op("Reshape", [x, onnx.ints([batch, count, -1])]);
    const share = onnx.scalar(count / size(shape));
    // Numbers that lie together first, then over the batch.
    const total = (type: "ReduceSum" | "ReduceSumSquare", of: string): string => {
      const perPicture = onnx.op(type, [of, onnx.ints([2])], { keepdims: 1 });
      return onnx.op("Mul", [onnx.op("ReduceSum", [perPicture, onnx.ints([0])], { keepdims: 1 }), share]);
    };
    const mean = total("ReduceSum", rows);
    // In two passes: the mean of squares less the square of the mean would lose the digits of a small variance.
    const variance = total("ReduceSumSquare", onnx.op("Sub", [rows, mean]));
    return flat(onnx, onnx.op("Concat", [mean, variance], { axis: 0 }), node.shape);
  },
  // BatchNormalization about mean 0 with variance 1 is this map, in one pass.
  channelAffine: (node, [x, scale, shift], onnx) => {
    const count = onnx.ints([node.shape[1]]);
    const [zeros, ones] = [0, 1].map((value) => onnx.op("Expand", [onnx.scalar(value), count]));
    return onnx.op("BatchNormalization", [x, scale, shift, zeros, ones], { epsilon: { float: 0 } });
  },
};

function flat(onnx: OnnxModel, x: string, shape: readonly number[]): string {
  return onnx.op("Reshape", [x, onnx.ints(shape)]);
}
