/** Lowering rows of the ops that move numbers. */
import { size } from "../../graph.ts";
import type { LoweringRows } from "./rule.ts";

const INT64 = 7;

type Layout = "reshape" | "transpose" | "broadcast" | "pad" | "slice" | "concat" | "gather" | "scatterAdd";

export const layout: LoweringRows<Layout> = {
  reshape: (node, [x], onnx) => onnx.op("Reshape", [x, onnx.ints(node.shape)]),
  transpose: (node, [x], onnx) => onnx.op("Transpose", [x], { perm: node.attrs.permutation }),
  broadcast: (node, [x], onnx) => onnx.op("Expand", [x, onnx.ints(node.shape)]),
  pad: (node, [x], onnx) => onnx.op("Pad", [x, onnx.ints([...node.attrs.before, ...node.attrs.after])]),
  slice: (node, [x], onnx) => onnx.op("Slice", [x, onnx.ints(node.attrs.starts), onnx.ints(node.attrs.ends)]),
  concat: (node, operands, onnx) => onnx.op("Concat", operands, { axis: node.attrs.axis }),

  gather: (_, operands, onnx) => onnx.op("Gather", operands, { axis: 0 }),
  // ScatterElements adds one after the other; ScatterND adds in parallel, in no fixed order.
  scatterAdd: (node, [updates, indices], onnx) => {
    const { rows } = node.attrs;
    const count = size(node.inputs[1].shape);
    const width = size(node.inputs[0].shape) / count;
    const column = onnx.op("Reshape", [onnx.op("Cast", [indices], { to: INT64 }), onnx.ints([count, 1])]);
    const places = onnx.op("Expand", [column, onnx.ints([count, width])]);
    const zeros = onnx.op("Expand", [onnx.scalar(0), onnx.ints([rows, width])]);
    const flat = onnx.op("Reshape", [updates, onnx.ints([count, width])]);
    const sum = onnx.op("ScatterElements", [zeros, places, flat], { axis: 0, reduction: "add" });
    return onnx.op("Reshape", [sum, onnx.ints(node.shape)]);
  },
};
