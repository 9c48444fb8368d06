/**
 * Rows of the pools, by views: all pixels under one tap of the window are a strided slice. TensorFlow.js's own pools
 * have no positions, and its gradient of the average is wrong where windows leave the picture.
 */
import type { Node, Shape } from "../../../graph.ts";
import type { PoolAttributes } from "../../../ops/attributes.ts";
import type { Tf, TfjsRows, TfTensor } from "./rule.ts";

interface Windows extends PoolAttributes {
  /** Shape of the picture, [N, C, H, W], and of the pool's result. */
  readonly picture: Shape;
  readonly pooled: Shape;
}

const tapsOf = ({ kernel: [h, w] }: PoolAttributes): [number, number][] =>
  Array.from({ length: h * w }, (_, tap) => [Math.floor(tap / w), tap % w]);

/** The pixels under every tap, [N, C, H', W'] each; `outside` where a window leaves the picture. */
function views(x: TfTensor, { outside, ...windows }: Windows & { readonly outside: number }, tf: Tf): TfTensor[] {
  const { padding, stride, pooled } = windows;
  const [h, w] = padding;
  const padded = tf.pad(
    x,
    [
      [0, 0],
      [0, 0],
      [h, h],
      [w, w],
    ],
    outside,
  );
  return tapsOf(windows).map(([a, b]) => {
    const ends = [a + (pooled[2] - 1) * stride[0] + 1, b + (pooled[3] - 1) * stride[1] + 1];
    return tf.stridedSlice(padded, [0, 0, a, b], [pooled[0], pooled[1], ...ends], [1, 1, ...stride]);
  });
}

/** The adjoint of `views`: what lies under every tap, added up in the picture. */
function spread(parts: readonly TfTensor[], windows: Windows, tf: Tf): TfTensor {
  const { picture, pooled, stride, padding } = windows;
  const [n, c, height, width] = picture;
  const [rows, columns] = [pooled[2], pooled[3]];
  const [h, w] = [(rows - 1) * stride[0] + 1, (columns - 1) * stride[1] + 1];
  const [wholeH, wholeW] = [height + 2 * padding[0], width + 2 * padding[1]];
  const taps = tapsOf(windows);
  const placed = parts.map((part, tap) => {
    // Zeros between the rows, then between the columns, by padding an axis of length 1.
    const tall = tf.pad(tf.reshape(part, [n * c * rows, 1, columns]), [
      [0, 0],
      [0, stride[0] - 1],
      [0, 0],
    ]);
    const wide = tf.pad(tf.reshape(tall, [n * c * rows * stride[0] * columns, 1]), [
      [0, 0],
      [0, stride[1] - 1],
    ]);
    const apart = tf.slice(tf.reshape(wide, [n * c, rows * stride[0], columns * stride[1]]), [0, 0, 0], [n * c, h, w]);
    const [a, b] = taps[tap];
    return tf.pad(apart, [
      [0, 0],
      [a, wholeH - a - h],
      [b, wholeW - b - w],
    ]);
  });
  const whole = placed.reduce((sum, part) => tf.add(sum, part));
  return tf.reshape(tf.slice(whole, [0, ...padding], [n * c, height, width]), [...picture]);
}

/** For every tap 1 where it is its window's first maximum, else 0. */
function winners(x: TfTensor, windows: Windows, tf: Tf): TfTensor[] {
  const seen = views(x, { ...windows, outside: -Infinity }, tf);
  const most = seen.reduce((a, b) => tf.maximum(a, b));
  let open = tf.onesLike(most);
  return seen.map((view) => {
    const mask = tf.mul(open, tf.cast(tf.equal(view, most), "float32"));
    open = tf.sub(open, mask);
    return mask;
  });
}

/** How many pixels of the picture each window covers, [H', W']. */
function counts({ kernel, stride, padding, picture, pooled }: Windows, tf: Tf): TfTensor {
  const covered = (axis: 0 | 1): number[] =>
    Array.from({ length: pooled[2 + axis] }, (_, at) => {
      const start = at * stride[axis] - padding[axis];
      return Math.min(start + kernel[axis], picture[2 + axis]) - Math.max(start, 0);
    });
  return tf.tensor(
    covered(0).map((h) => covered(1).map((w) => h * w)),
    undefined,
    "float32",
  );
}

type Pool = "maxPool2d" | "maxPool2dScatter" | "maxPool2dGather" | "avgPool2d" | "avgPool2dGrad";

const pooling = (node: Node<Pool>): Windows => ({ ...node.attrs, picture: node.inputs[0].shape, pooled: node.shape });

export const pools: TfjsRows<Pool> = {
  maxPool2d: (node, [x], tf) =>
    views(x, { ...pooling(node), outside: -Infinity }, tf).reduce((a, b) => tf.maximum(a, b)),
  maxPool2dScatter: (node, [x, g], tf) => {
    const windows = { ...node.attrs, picture: node.shape, pooled: node.inputs[1].shape };
    const parts = winners(x, windows, tf).map((mask) => tf.mul(mask, g));
    return spread(parts, windows, tf);
  },
  maxPool2dGather: (node, [x, h], tf) => {
    const windows = pooling(node);
    const seen = views(h, { ...windows, outside: 0 }, tf);
    return winners(x, windows, tf)
      .map((mask, tap) => tf.mul(mask, seen[tap]))
      .reduce((a, b) => tf.add(a, b));
  },
  avgPool2d: (node, [x], tf) => {
    const windows = pooling(node);
    const sum = views(x, { ...windows, outside: 0 }, tf).reduce((a, b) => tf.add(a, b));
    return tf.div(sum, counts(windows, tf));
  },
  avgPool2dGrad: (node, [g], tf) => {
    const windows = { ...node.attrs, picture: node.shape, pooled: node.inputs[0].shape };
    const share = tf.div(g, counts(windows, tf));
    return spread(
      tapsOf(windows).map(() => share),
      windows,
      tf,
    );
  },
};
