/** Reverse-mode differentiation: a graph in, a larger graph out; nothing is computed. */
import { ApexError } from "../contract/errors.ts";
import { add, full, scalar, sub } from "./build/index.ts";
import { builtAt, describe, type Node, type Tensor } from "./graph.ts";
import { GRADIENT } from "./ops/gradient.ts";
import type { OpName } from "./ops/attributes.ts";
import { reachable } from "./program.ts";

/**
 * The gradients of a scalar `loss`, one for each tensor of `wrt` and of its shape. They are ordinary tensors: `grad` of
 * something built from them works. A tensor that the loss does not depend on gets zeros.
 * Throws ApexError `graph-invalid` when the loss is no float32 scalar or a `wrt` is not float32.
 */
export function grad(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0 || loss.dtype !== "float32")
    throw new ApexError(
      "graph-invalid",
      `The gradient of ${describe(loss)} (${loss.op} at ${loss.where}) is asked for: only a float32 scalar has one, take its mean or sum first.`,
    );
  const whole = wrt.find((t) => t.dtype !== "float32");
  if (whole !== undefined)
    throw new ApexError(
      "graph-invalid",
      `The gradient towards ${describe(whole)} (${whole.op} at ${whole.where}) is asked for: only float32 tensors have one.`,
    );

  const nodes = reachable([loss]);
  const onPath = new Set<Tensor>(wrt);
  for (const node of nodes) if (node.inputs.some((x) => onPath.has(x))) onPath.add(node);

  const gradients = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  for (const node of nodes.toReversed()) {
    const g = gradients.get(node);
    if (g === undefined || !onPath.has(node) || node.inputs.length === 0) continue;
    builtAt(node.where, () => {
      rule(node, g).forEach((gx, i) => {
        const x = node.inputs[i];
        if (gx === null || !onPath.has(x)) return;
        const sum = gradients.get(x);
        gradients.set(x, sum === undefined ? gx : plus(sum, gx));
      });
    });
  }
  return wrt.map((x) => gradients.get(x) ?? full(0, x.shape));
}

/** a + b, where adding what was negated is taking away. */
function plus(a: Tensor, b: Tensor): Tensor {
  if (a.op === "neg") return sub(b, a.inputs[0]);
  return b.op === "neg" ? sub(a, b.inputs[0]) : add(a, b);
}

function rule<O extends OpName>(node: Node<O>, g: Tensor): readonly (Tensor | null)[] {
  return GRADIENT[node.op](node, g);
}
