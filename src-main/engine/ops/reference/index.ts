/** Table 3 of 4, reference: what each op computes, in float64 and in the plainest words; the oracle of every test. */
import type { Node } from "../../graph.ts";
import type { OpName } from "../attributes.ts";
import { channels } from "./channels.ts";
import { elementwise } from "./elementwise.ts";
import { layout } from "./layout.ts";
import { reductions } from "./reduce.ts";
import type { ReferenceRows } from "./rule.ts";
import { spatial } from "./spatial.ts";

const leaves: ReferenceRows<"input" | "constant"> = {
  input: (node) => {
    throw new Error(`the input "${node.attrs.name}" is fed, not computed`);
  },
  constant: (node) => Float64Array.from(node.attrs.data),
};

const REFERENCE: ReferenceRows<OpName> = {
  ...leaves,
  ...elementwise,
  ...reductions,
  ...layout,
  ...spatial,
  ...channels,
};

/** The numbers of one node. */
export function compute<O extends OpName>(node: Node<O>, operands: readonly Float64Array[]): Float64Array {
  return REFERENCE[node.op](node, operands);
}
