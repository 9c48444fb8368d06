/** What passes are made of: a walk that replaces nodes. */
import { make } from "../build/make.ts";
import { builtAt, type Node, type Tensor } from "../graph.ts";
import type { OpName } from "../ops/attributes.ts";
import { type Program, reachable } from "../program.ts";

/** Every node, operands first, handed to `replace` with its operands already replaced; nodes no longer needed go. */
export function rewrite(program: Program, replace: (node: Tensor) => Tensor): Program {
  const replaced = new Map<Tensor, Tensor>();
  const now = (node: Tensor): Tensor => replaced.get(node) ?? node;
  for (const node of program.nodes) replaced.set(node, replace(withInputs(node, node.inputs.map(now))));
  const outputs = Object.fromEntries(Object.entries(program.outputs).map(([name, node]) => [name, now(node)]));
  return { inputs: program.inputs, outputs, nodes: reachable(Object.values(outputs)) };
}

/** The node with other operands; itself where they are the same. */
export function withInputs<O extends OpName>(node: Node<O>, inputs: readonly Tensor[]): Node<O> {
  if (inputs.every((x, i) => x === node.inputs[i])) return node;
  return builtAt(node.where, () => make(node.op, inputs, node.attrs));
}
