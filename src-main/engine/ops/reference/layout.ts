/** Reference rows of the ops that move numbers. */
import { type Shape, size, strides } from "../../graph.ts";
import { stretch } from "./elementwise.ts";
import type { ReferenceRows } from "./rule.ts";

interface Move {
  /** Shape that is walked. */
  readonly shape: Shape;
  /** Where the walk starts and how far each axis steps, in the source and in the target. */
  readonly source: { readonly start: number; readonly steps: readonly number[] };
  readonly target: { readonly start: number; readonly steps: readonly number[] };
}

/** Copies a box of numbers between two strided places. */
function move(from: Float64Array, to: Float64Array, { shape, source, target }: Move): Float64Array {
  const walk = strides(shape);
  for (let at = 0; at < size(shape); at++) {
    let s = source.start;
    let t = target.start;
    for (let i = 0; i < shape.length; i++) {
      const index = Math.floor(at / walk[i]) % shape[i];
      s += index * source.steps[i];
      t += index * target.steps[i];
    }
    to[t] = from[s];
  }
  return to;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

type Layout = "reshape" | "transpose" | "broadcast" | "pad" | "slice" | "concat" | "gather" | "scatterAdd";

export const layout: ReferenceRows<Layout> = {
  reshape: (_, [x]) => x,
  transpose: (node, [x]) => {
    const from = strides(node.inputs[0].shape);
    return move(x, new Float64Array(x.length), {
      shape: node.shape,
      source: { start: 0, steps: node.attrs.permutation.map((axis) => from[axis]) },
      target: { start: 0, steps: strides(node.shape) },
    });
  },
  broadcast: (node, [x]) => stretch(x, node.inputs[0].shape, node.shape),
  pad: (node, [x]) => {
    const { shape } = node.inputs[0];
    const steps = strides(node.shape);
    return move(x, new Float64Array(size(node.shape)), {
      shape,
      source: { start: 0, steps: strides(shape) },
      target: { start: dot(steps, node.attrs.before), steps },
    });
  },
  slice: (node, [x]) => {
    const steps = strides(node.inputs[0].shape);
    return move(x, new Float64Array(size(node.shape)), {
      shape: node.shape,
      source: { start: dot(steps, node.attrs.starts), steps },
      target: { start: 0, steps: strides(node.shape) },
    });
  },
  concat: (node, operands) => {
    const out = new Float64Array(size(node.shape));
    const steps = strides(node.shape);
    let at = 0;
    operands.forEach((x, i) => {
      const { shape } = node.inputs[i];
      const target = { start: at * steps[node.attrs.axis], steps };
      move(x, out, { shape, source: { start: 0, steps: strides(shape) }, target });
      at += shape[node.attrs.axis];
    });
    return out;
  },

  gather: (node, [x, indices]) => {
    const rows = node.inputs[0].shape[0];
    const width = x.length / rows;
    const out = new Float64Array(size(node.shape));
    indices.forEach((row, i) => {
      if (row < 0 || row >= rows) throw new RangeError(`index ${row} is outside 0..${rows - 1}`);
      out.set(x.subarray(row * width, (row + 1) * width), i * width);
    });
    return out;
  },
  scatterAdd: (node, [updates, indices]) => {
    const width = updates.length / indices.length;
    const out = new Float64Array(size(node.shape));
    indices.forEach((row, i) => {
      if (row < 0 || row >= node.attrs.rows) throw new RangeError(`index ${row} is outside 0..${node.attrs.rows - 1}`);
      for (let k = 0; k < width; k++) out[row * width + k] += updates[i * width + k];
    });
    return out;
  },
};
