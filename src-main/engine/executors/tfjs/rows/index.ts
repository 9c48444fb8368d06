/** The table of the second executor: one row an op. A missing row does not compile. */
import type { Node, Value } from "../../../graph.ts";
import type { OpName } from "../../../ops/attributes.ts";
import { elementwise } from "./elementwise.ts";
import { layout } from "./layout.ts";
import { pools } from "./pools.ts";
import { reductions } from "./reduce.ts";
import type { Tf, TfjsRows, TfTensor } from "./rule.ts";
import { spatial } from "./spatial.ts";

const ROWS: TfjsRows<Exclude<OpName, "input">> = {
  constant: ({ attrs }, _, tf) => tensorOf(attrs, tf),
  ...elementwise,
  ...reductions,
  ...layout,
  ...spatial,
  ...pools,
};

/** A value as a tensor, in memory of its own. */
export function tensorOf({ data, shape, dtype }: Value, tf: Tf): TfTensor {
  return tf.tensor(data instanceof Float64Array ? Float32Array.from(data) : data.slice(), [...shape], dtype);
}

/** The tensor of one node; an input is fed, not computed. */
export function compute<O extends Exclude<OpName, "input">>(
  node: Node<O>,
  operands: readonly TfTensor[],
  tf: Tf,
): TfTensor {
  return tf.tidy(() => ROWS[node.op](node, operands, tf));
}
