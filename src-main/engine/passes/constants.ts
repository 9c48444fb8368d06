/** Constant folding: what depends on constants alone is computed once, here, by the reference rules. */
import { constant } from "../build/leaves.ts";
import { as, builtAt, size, type Tensor } from "../graph.ts";
import type { OpName } from "../ops/attributes.ts";
import { compute } from "../ops/reference/index.ts";
import type { Program } from "../program.ts";
import { rewrite } from "./rewrite.ts";

/** Larger results are cheaper to compute at the run than to carry in the program, unless they were carried already. */
const MOST = 4096;

/** What only moves numbers, and makes no more of them. */
const MOVES: ReadonlySet<OpName> = new Set(["reshape", "transpose", "slice", "concat"]);

export function foldConstants(program: Program): Program {
  return rewrite(program, (node) => {
    const small = node.dtype === "float32" && (size(node.shape) <= MOST || MOVES.has(node.op));
    return small && node.inputs.length > 0 ? folded(node) : node;
  });
}

function folded(node: Tensor): Tensor {
  const operands: Float64Array[] = [];
  for (const x of node.inputs) {
    const known = as(x, "constant");
    if (known === null) return node;
    operands.push(Float64Array.from(known.attrs.data));
  }
  return builtAt(node.where, () => constant(compute(node, operands), node.shape));
}
