/** Lowering rows of the reductions. */
import type { Node } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { LoweringRows } from "./rule.ts";

type Reduction = "reduceSum" | "reduceMax";

const reduce =
  (type: "ReduceSum" | "ReduceMax") =>
  (node: Node<Reduction>, operands: readonly string[], onnx: OnnxModel): string => {
    const { axes, keepDims } = node.attrs;
    // To ONNX an empty list of axes means all of them.
    if (axes.length === 0) return operands[0];
    const { shape } = node.inputs[0];
    if (shape.length === 4 && axes.join() === "0,2,3") {
      // Per-channel statistics: rows of numbers that lie together first, then over the batch.
      const rows = onnx.op("Reshape", [operands[0], onnx.ints([shape[0], shape[1], shape[2] * shape[3]])]);
      const perPicture = onnx.op(type, [rows, onnx.ints([2])], { keepdims: 0 });
      const perChannel = onnx.op(type, [perPicture, onnx.ints([0])], { keepdims: 0 });
      return keepDims ? onnx.op("Reshape", [perChannel, onnx.ints(node.shape)]) : perChannel;
    }
    return onnx.op(type, [operands[0], onnx.ints(axes)], { keepdims: Number(keepDims) });
  };

export const reductions: LoweringRows<Reduction | "logSoftmax"> = {
  reduceSum: reduce("ReduceSum"),
  reduceMax: reduce("ReduceMax"),
  logSoftmax: (_, operands, onnx) => onnx.op("LogSoftmax", operands, { axis: -1 }),
};
