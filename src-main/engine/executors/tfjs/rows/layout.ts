/** Rows of the ops that move numbers. */
import { size } from "../../../graph.ts";
import type { TfjsRows } from "./rule.ts";

type Layout = "reshape" | "transpose" | "broadcast" | "pad" | "slice" | "concat" | "gather" | "scatterAdd";

export const layout: TfjsRows<Layout> = {
  reshape: (node, [x], tf) => tf.reshape(x, [...node.shape]),
  transpose: (node, [x], tf) => tf.transpose(x, [...node.attrs.permutation]),
  broadcast: (node, [x], tf) => {
    // By tiles of a tensor of the same rank: TensorFlow.js's own broadcastTo stops at rank 5.
    const lead = node.shape.length - x.shape.length;
    const same = tf.reshape(x, [...node.shape.slice(0, lead).map(() => 1), ...x.shape]);
    return tf.tile(
      same,
      node.shape.map((n, i) => n / same.shape[i]),
    );
  },
  pad: (node, [x], tf) => {
    const { before, after } = node.attrs;
    return tf.pad(
      x,
      before.map((n, i): [number, number] => [n, after[i]]),
    );
  },
  slice: (node, [x], tf) => tf.slice(x, [...node.attrs.starts], [...node.shape]),
  concat: (node, operands, tf) => tf.concat([...operands], node.attrs.axis),

  gather: (_, [x, indices], tf) => tf.gather(x, indices),
  scatterAdd: (node, [updates, indices], tf) => {
    const { rows } = node.attrs;
    const count = size(node.inputs[1].shape);
    const width = size(node.inputs[0].shape) / count;
    const sum = tf.scatterND(tf.reshape(indices, [count, 1]), tf.reshape(updates, [count, width]), [rows, width]);
    return tf.reshape(sum, [...node.shape]);
  },
};
