/** Elementwise ops stretch their operands themselves: a broadcast before one is dropped where the result stays the same. */
import { sameShape, type Tensor } from "../graph.ts";
import type { OpName } from "../ops/attributes.ts";
import { broadcastShapes } from "../ops/shape.ts";
import type { Program } from "../program.ts";
import { rewrite, withInputs } from "./rewrite.ts";

const STRETCHING: ReadonlySet<OpName> = new Set<OpName>([
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
  "greater",
  "equal",
  "select",
]);

export function unstretch(program: Program): Program {
  return rewrite(program, (node) => (STRETCHING.has(node.op) ? node.inputs.reduce(dropOne, node) : node));
}

function dropOne(node: Tensor, x: Tensor): Tensor {
  if (x.op !== "broadcast") return node;
  const inputs = node.inputs.map((y) => (y === x ? x.inputs[0] : y));
  return sameShape(broadcastShapes(inputs.map((y) => y.shape)), node.shape) ? withInputs(node, inputs) : node;
}
