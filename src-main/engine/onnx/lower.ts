/** A program as the bytes of an ONNX model. */
import { ApexError } from "../../contract/errors.ts";
import type { Tensor } from "../graph.ts";
import { lower } from "../ops/lowering/index.ts";
import type { Provider } from "../ops/lowering/rule.ts";
import type { Program } from "../program.ts";
import { OnnxModel } from "./model.ts";

export function toOnnx(program: Program, provider: Provider): Uint8Array {
  const onnx = new OnnxModel();
  const names = new Map<Tensor, string>();
  const nameOf = (node: Tensor): string => {
    const name = names.get(node);
    if (name === undefined) throw new ApexError("internal", `${node.op} at ${node.where} was not lowered.`);
    return name;
  };
  for (const node of program.nodes) {
    onnx.origin = `${node.op} at ${node.where}`;
    names.set(node, lower(node, node.inputs.map(nameOf), { onnx, provider }));
  }
  for (const [name, node] of Object.entries(program.outputs)) onnx.output(name, node, nameOf(node));
  return onnx.encode();
}
