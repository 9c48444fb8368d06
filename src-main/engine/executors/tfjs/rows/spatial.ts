/**
 * Rows of matrix products and convolutions. Convolutions run on [N, H, W, C], the one layout that every backend of
 * TensorFlow.js takes; padding is explicit, since ours need not be "same" or "valid"; groups run one after the other.
 */
import { type Node, size } from "../../../graph.ts";
import type { ConvAttributes } from "../../../ops/attributes.ts";
import type { Tensor4D, Tf, TfjsRows, TfTensor } from "./rule.ts";

/** [N, C, H, W] -> [N, H, W, C], with `padding` rows and columns of zeros on each side. */
function channelsLast(x: TfTensor, { padding: [h, w] }: Pick<ConvAttributes, "padding">, tf: Tf): Tensor4D {
  const last = tf.transpose(x as Tensor4D, [0, 2, 3, 1]);
  if (h === 0 && w === 0) return last;
  return tf.pad(last, [
    [0, 0],
    [h, h],
    [w, w],
    [0, 0],
  ]);
}

const channelsFirst = (x: Tensor4D, tf: Tf): Tensor4D => tf.transpose(x, [0, 3, 1, 2]);

/** [O, I, kH, kW] -> [kH, kW, I, O] */
const filtersLast = (w: TfTensor, tf: Tf): Tensor4D => tf.transpose(w as Tensor4D, [2, 3, 1, 0]);

/** The `group`-th part of the channels, along `axis`. */
function part(x: TfTensor, { axis, group, groups }: { axis: 0 | 1; group: number; groups: number }, tf: Tf): TfTensor {
  if (groups === 1) return x;
  const shape: number[] = x.shape;
  const count = shape[axis] / groups;
  const [begin, extent] = [shape.map(() => 0), [...shape]];
  begin[axis] = group * count;
  extent[axis] = count;
  return tf.slice(x, begin, extent);
}

/** Runs each group by itself; their results lie together along `axis`. */
function grouped(groups: number, axis: 0 | 1, { tf, run }: { tf: Tf; run: (group: number) => TfTensor }): TfTensor {
  const results = Array.from({ length: groups }, (_, group) => run(group));
  return results.length === 1 ? results[0] : tf.concat(results, axis);
}

const strides = ({ attrs: { stride } }: Node<"conv2d" | "conv2dInputGrad" | "conv2dWeightGrad">): [number, number] => [
  ...stride,
];

export const spatial: TfjsRows<"matmul" | "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad"> = {
  matmul: (node, operands, tf) => {
    const lead = node.shape.slice(0, -2);
    const [x, y] = operands.map((operand) => {
      const matrix = operand.shape.slice(-2);
      const own = operand.shape.slice(0, -2);
      const same = [...lead.slice(own.length).map(() => 1), ...own];
      const tiles = [...same.map((n, i) => lead[i] / n), 1, 1];
      return tf.reshape(tf.tile(tf.reshape(operand, [...same, ...matrix]), tiles), [size(lead), ...matrix]);
    });
    return tf.reshape(tf.matMul(x, y), [...node.shape]);
  },

  conv2d: (node, [x, w, bias], tf) => {
    const { groups } = node.attrs;
    const run = (group: number): TfTensor => {
      const picture = channelsLast(part(x, { axis: 1, group, groups }, tf), node.attrs, tf);
      const filters = filtersLast(part(w, { axis: 0, group, groups }, tf), tf);
      return channelsFirst(tf.conv2d(picture, filters, strides(node), "valid"), tf);
    };
    const y = grouped(groups, 1, { tf, run });
    return bias === undefined ? y : tf.add(y, tf.reshape(bias, [1, -1, 1, 1]));
  },

  conv2dInputGrad: (node, [g, w], tf) => {
    const { groups, padding, size: target } = node.attrs;
    const [n, c] = node.shape;
    const padded: [number, number] = [target[0] + 2 * padding[0], target[1] + 2 * padding[1]];
    const run = (group: number): TfTensor => {
      const gradient = channelsLast(part(g, { axis: 1, group, groups }, tf), { padding: [0, 0] }, tf);
      const filters = filtersLast(part(w, { axis: 0, group, groups }, tf), tf);
      const whole = tf.conv2dTranspose(gradient, filters, [n, ...padded, c / groups], strides(node), "valid");
      return channelsFirst(tf.slice(whole, [0, ...padding, 0], [n, ...target, c / groups]), tf);
    };
    return grouped(groups, 1, { tf, run });
  },

  conv2dWeightGrad: (node, [x, g], tf) => {
    const { groups, kernel } = node.attrs;
    const [o, perGroup] = node.shape;
    const run = (group: number): TfTensor => {
      const picture = channelsLast(part(x, { axis: 1, group, groups }, tf), node.attrs, tf);
      const gradient = channelsLast(part(g, { axis: 1, group, groups }, tf), { padding: [0, 0] }, tf);
      const filterShape = [...kernel, perGroup, o / groups];
      const attributes = {
        strides: strides(node),
        pad: "valid",
        dataFormat: "NHWC",
        filterShape,
      };
      const w: Tensor4D = tf.engine().runKernel(tf.Conv2DBackpropFilter, { x: picture, dy: gradient }, attributes);
      return tf.transpose(w, [3, 2, 0, 1]);
    };
    return grouped(groups, 0, { tf, run });
  },
};
