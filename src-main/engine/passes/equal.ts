/** Common subexpressions: nodes of one op with the same operands and attributes become one. */
import { as, type Tensor } from "../graph.ts";
import { attributesText, type Program } from "../program.ts";
import { rewrite } from "./rewrite.ts";

export function mergeEqual(program: Program): Program {
  const known = new Map<string, Tensor>();
  return rewrite(program, (node) => {
    // An input is itself, whatever its name; two of one name are for the verifier to refuse.
    if (as(node, "input") !== null) return node;
    const key = `${node.op}(${node.inputs.map((x) => x.id).join()})${attributesText(node)}`;
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, node);
    return node;
  });
}
