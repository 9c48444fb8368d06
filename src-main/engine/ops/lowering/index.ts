/** Table 4 of 4, lowering: how each op is written in ONNX. What is faster there than the obvious form says so. */
import type { Node } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { OpName } from "../attributes.ts";
import { channels } from "./channels.ts";
import { elementwise } from "./elementwise.ts";
import { layout } from "./layout.ts";
import { reductions } from "./reduce.ts";
import type { LoweringRows } from "./rule.ts";
import { spatial } from "./spatial.ts";

const leaves: LoweringRows<"input" | "constant"> = {
  input: (node, _, onnx) => onnx.input(node.attrs.name, node),
  constant: (node, _, onnx) => onnx.tensor(node.attrs.data, node),
};

const LOWERING: LoweringRows<OpName> = {
  ...leaves,
  ...elementwise,
  ...reductions,
  ...layout,
  ...spatial,
  ...channels,
};

/** Writes one node into the model. */
export function lower<O extends OpName>(node: Node<O>, operands: readonly string[], onnx: OnnxModel): string {
  return LOWERING[node.op](node, operands, onnx);
}
