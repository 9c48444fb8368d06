/** Table 4 of 4, lowering: how each op is written in ONNX. What is faster there than the obvious form says so. */
import type { Node } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { OpName } from "../attributes.ts";
import { channels } from "./channels.ts";
import { elementwise } from "./elementwise.ts";
import { gpu } from "./gpu.ts";
import { layout } from "./layout.ts";
import { reductions } from "./reduce.ts";
import type { LoweringRows, Provider } from "./rule.ts";
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

/** Rows that a provider wants otherwise than the CPU. */
const OVERRIDES: { readonly [P in Provider]: Partial<LoweringRows<OpName>> } = {
  cpu: {},
  webgpu: gpu,
  cuda: gpu,
  dml: gpu,
  coreml: gpu,
};

export interface Target {
  readonly onnx: OnnxModel;
  readonly provider: Provider;
}

/** Writes one node into the model, as its provider likes it best. */
export function lower<O extends OpName>(
  node: Node<O>,
  operands: readonly string[],
  { onnx, provider }: Target,
): string {
  return (OVERRIDES[provider][node.op] ?? LOWERING[node.op])(node, operands, onnx);
}
