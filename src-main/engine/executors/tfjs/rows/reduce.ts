/** Rows of the reductions and of the ops on channels, dimension 1 of [N, C, ...]. */
import type { Tensor } from "../../../graph.ts";
import type { TfjsRows } from "./rule.ts";

const perChannel = ({ shape }: Tensor): number[] => shape.map((n, axis) => (axis === 1 ? n : 1));

export const reductions: TfjsRows<"reduceSum" | "reduceMax" | "logSoftmax" | "channelMoments" | "channelAffine"> = {
  reduceSum: (node, [x], tf) => tf.sum(x, [...node.attrs.axes], node.attrs.keepDims),
  reduceMax: (node, [x], tf) => tf.max(x, [...node.attrs.axes], node.attrs.keepDims),
  logSoftmax: (_, [x], tf) => tf.logSoftmax(x),

  channelMoments: (node, [x], tf) => {
    const axes = node.inputs[0].shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    const { mean, variance } = tf.moments(x, axes);
    return tf.stack([mean, variance]);
  },
  channelAffine: (node, [x, scale, shift], tf) => {
    const along = perChannel(node);
    return tf.add(tf.mul(x, tf.reshape(scale, along)), tf.reshape(shift, along));
  },
};
