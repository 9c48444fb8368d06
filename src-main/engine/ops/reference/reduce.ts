/** Reference rows of the reductions. */
import { type Node, size, strides } from "../../graph.ts";
import type { ReferenceRows } from "./rule.ts";

type Reduction = "reduceSum" | "reduceMax";

interface Fold {
  readonly into: (sum: number, value: number) => number;
  readonly start: number;
}

function fold(node: Node<Reduction>, x: Float64Array, { into, start }: Fold): Float64Array {
  const { shape } = node.inputs[0];
  const kept = shape.map((n, i) => (node.attrs.axes.includes(i) ? 1 : n));
  const inner = strides(shape);
  const outer = strides(kept);
  const out = new Float64Array(size(kept)).fill(start);
  x.forEach((value, at) => {
    let target = 0;
    for (let i = 0; i < shape.length; i++)
      if (kept[i] !== 1) target += (Math.floor(at / inner[i]) % shape[i]) * outer[i];
    out[target] = into(out[target], value);
  });
  return out;
}

export const reductions: ReferenceRows<Reduction | "logSoftmax"> = {
  reduceSum: (node, [x]) => fold(node, x, { into: (sum, value) => sum + value, start: 0 }),
  reduceMax: (node, [x]) => fold(node, x, { into: Math.max, start: -Infinity }),
  logSoftmax: (node, [x]) => {
    const classes = node.shape[node.shape.length - 1];
    const out = new Float64Array(x.length);
    for (let at = 0; at < x.length; at += classes) {
      const row = x.subarray(at, at + classes);
      const most = Math.max(...row);
      const norm = most + Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
      out.set(
        row.map((value) => value - norm),
        at,
      );
    }
    return out;
  },
};
