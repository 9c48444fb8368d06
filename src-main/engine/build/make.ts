/** The one constructor of nodes: infers the type by the shape table and turns a misfit into a sentence. */
import { ApexError } from "../../contract/errors.ts";
import { callSite, describe, type Node, type Tensor, type TensorType } from "../graph.ts";
import type { OpAttributes, OpName } from "../ops/attributes.ts";
import { Misfit } from "../ops/demands.ts";
import { SHAPE } from "../ops/shape.ts";

let made = 0;

/** A new node. Throws ApexError `shape-mismatch`, naming op, shapes and the line of the model. */
export function make<O extends OpName>(op: O, inputs: readonly Tensor[], attrs: OpAttributes[O]): Node<O> {
  const where = callSite();
  const type = infer({ op, inputs, attrs, where });
  return Object.freeze({ id: made++, op, inputs, attrs, shape: type.shape, dtype: type.dtype, where });
}

/** The type of a node by the shape table; shared with the verifier. */
export function infer<O extends OpName>(node: Pick<Node<O>, "op" | "inputs" | "attrs" | "where">): TensorType {
  try {
    return SHAPE[node.op](node.inputs, node.attrs);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw refusal(node.op, node, error.message);
  }
}

type Place = Pick<Tensor, "inputs" | "where">;

function refusal(name: string, { inputs, where }: Place, reason: string): ApexError {
  const operands = inputs.map(describe).join(", ");
  return new ApexError("shape-mismatch", `${name}(${operands}) at ${where}: ${reason}.`, { op: name });
}

/** What a function made of ops throws for operands that do not fit it, in the words of an op. */
export function misfit(name: string, inputs: readonly Tensor[], reason: string): ApexError {
  return refusal(name, { inputs, where: callSite() }, reason);
}
