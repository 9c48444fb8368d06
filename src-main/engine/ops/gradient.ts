/**
 * Table 2 of 4, gradient: from the gradient `g` of a node's result to those of its operands, written with the build
 * functions, so that every gradient can itself be differentiated. null: no gradient flows there.
 */
import * as b from "../build/index.ts";
import { type Node, sameShape, type Shape, size, type Tensor } from "../graph.ts";
import type { OpName, PoolAttributes } from "./attributes.ts";

type Rule<O extends OpName> = (node: Node<O>, g: Tensor) => readonly (Tensor | null)[];

/** Sums over the dimensions along which an operand of shape `shape` was stretched. */
function unbroadcast(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  const lead = g.shape.length - shape.length;
  const axes = g.shape.flatMap((n, i) => (i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []));
  return b.reshape(b.reduceSum(g, axes), shape);
}

const toOperands = (node: Tensor, ...gradients: readonly Tensor[]): readonly Tensor[] =>
  gradients.map((g, i) => unbroadcast(g, node.inputs[i].shape));

/** 1 where `winner` beats `other`, 1/2 where they are equal, else 0. */
const wins = (winner: Tensor, other: Tensor): Tensor =>
  b.add(b.cast(b.greater(winner, other), "float32"), b.mul(0.5, b.cast(b.equal(winner, other), "float32")));

/** A reduction's result or gradient with its reduced dimensions back as ones. */
const kept = (x: Tensor, node: Node<"reduceSum"> | Node<"reduceMax">): Tensor =>
  b.reshape(
    x,
    node.inputs[0].shape.map((n, i) => (node.attrs.axes.includes(i) ? 1 : n)),
  );

const swapLast = (x: Tensor): Tensor => {
  const axes = x.shape.map((_, i) => i);
  return b.transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
};

const nothing = (node: Tensor): readonly null[] => node.inputs.map(() => null);

const poolOf = ({ kernel, stride, padding }: PoolAttributes): PoolAttributes => ({ kernel, stride, padding });

export const GRADIENT: { readonly [O in OpName]: Rule<O> } = {
  input: nothing,
  constant: nothing,

  neg: (_, g) => [b.neg(g)],
  exp: (node, g) => [b.mul(g, node)],
  log: (node, g) => [b.div(g, node.inputs[0])],
  sqrt: (node, g) => [b.div(b.mul(0.5, g), node)],
  tanh: (node, g) => [b.mul(g, b.sub(1, b.square(node)))],
  sigmoid: (node, g) => [b.mul(g, b.mul(node, b.sub(1, node)))],
  // Asked of the result, so that the operand need not be kept.
  relu: (node, g) => [b.mul(g, b.cast(b.greater(node, 0), "float32"))],
  abs: (node, g) => [b.mul(g, b.sign(node.inputs[0]))],
  sign: nothing,
  erf: ({ inputs: [x] }, g) => [b.mul(g, b.mul(2 / Math.sqrt(Math.PI), b.exp(b.neg(b.square(x)))))],
  // Written for few passes: each constant factor goes with a sum, or into the exponent.
  gelu: ({ inputs: [x] }, g) => {
    const below = b.add(b.mul(0.5, b.erf(b.mul(x, Math.SQRT1_2))), 0.5);
    const density = b.exp(b.add(b.mul(-0.5, b.square(x)), -0.5 * Math.log(2 * Math.PI)));
    return [b.mul(g, b.add(below, b.mul(x, density)))];
  },
  leakyRelu: (node, g) => [b.select(b.greater(node.inputs[0], 0), g, b.mul(node.attrs.slope, g))],
  cast: nothing,
  detach: nothing,

  add: (node, g) => toOperands(node, g, g),
  sub: (node, g) => toOperands(node, g, b.neg(g)),
  mul: (node, g) => toOperands(node, b.mul(g, node.inputs[1]), b.mul(g, node.inputs[0])),
  div: (node, g) => {
    const gx = b.div(g, node.inputs[1]);
    return toOperands(node, gx, b.neg(b.mul(gx, node)));
  },
  maximum: (node, g) => {
    const [x, y] = node.inputs;
    return toOperands(node, b.mul(g, wins(x, y)), b.mul(g, wins(y, x)));
  },
  minimum: (node, g) => {
    const [x, y] = node.inputs;
    return toOperands(node, b.mul(g, wins(y, x)), b.mul(g, wins(x, y)));
  },
  greater: nothing,
  equal: nothing,
  select: (node, g) => {
    const [condition, x, y] = node.inputs;
    return [null, unbroadcast(b.select(condition, g, 0), x.shape), unbroadcast(b.select(condition, 0, g), y.shape)];
  },

  reduceSum: (node, g) => [b.broadcast(kept(g, node), node.inputs[0].shape)],
  reduceMax: (node, g) => {
    const mask = b.cast(b.equal(node.inputs[0], kept(node, node)), "float32");
    const ties = b.reduceSum(mask, node.attrs.axes, true);
    return [b.mul(mask, b.div(kept(g, node), ties))];
  },
  logSoftmax: (node, g) => [b.sub(g, b.mul(b.exp(node), b.reduceSum(g, [-1], true)))],

  reshape: (node, g) => [b.reshape(g, node.inputs[0].shape)],
  transpose: ({ attrs: { permutation } }, g) => [
    b.transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  broadcast: (node, g) => toOperands(node, g),
  pad: (node, g) => {
    const { before } = node.attrs;
    return [
      b.slice(
        g,
        before,
        node.inputs[0].shape.map((n, i) => n + before[i]),
      ),
    ];
  },
  slice: (node, g) => {
    const { starts, ends } = node.attrs;
    return [
      b.pad(
        g,
        starts,
        node.inputs[0].shape.map((n, i) => n - ends[i]),
      ),
    ];
  },
  concat: (node, g) => {
    const { axis } = node.attrs;
    let at = 0;
    return node.inputs.map((x) => {
      const starts = x.shape.map((_, i) => (i === axis ? at : 0));
      at += x.shape[axis];
      return b.slice(
        g,
        starts,
        x.shape.map((n, i) => (i === axis ? at : n)),
      );
    });
  },

  matmul: (node, g) => {
    const [x, y] = node.inputs;
    return toOperands(node, b.matmul(g, swapLast(y)), b.matmul(swapLast(x), g));
  },
  conv2d: (node, g) => {
    const [x, w, bias] = node.inputs;
    const gx = b.conv2dInputGrad(g, w, { ...node.attrs, size: [x.shape[2], x.shape[3]] });
    const gw = b.conv2dWeightGrad(x, g, { ...node.attrs, kernel: [w.shape[2], w.shape[3]] });
    return bias === undefined ? [gx, gw] : [gx, gw, b.reduceSum(g, [0, 2, 3])];
  },
  // A convolution is linear in the picture and in the filters, so its adjoints' gradients are it and each other.
  conv2dInputGrad: (node, h) => {
    const [g, w] = node.inputs;
    const { stride, padding, groups } = node.attrs;
    const gw = b.conv2dWeightGrad(h, g, { stride, padding, groups, kernel: [w.shape[2], w.shape[3]] });
    return [b.conv2d(h, w, node.attrs), gw];
  },
  conv2dWeightGrad: (node, v) => {
    const [x, g] = node.inputs;
    const { stride, padding, groups } = node.attrs;
    const gx = b.conv2dInputGrad(g, v, { stride, padding, groups, size: [x.shape[2], x.shape[3]] });
    return [gx, b.conv2d(x, v, node.attrs)];
  },

  maxPool2d: (node, g) => [b.maxPool2dScatter(node.inputs[0], g, node.attrs)],
  // Where the maximum lies does not change under small changes of x: only the second operand is differentiated.
  maxPool2dScatter: (node, h) => [null, b.maxPool2dGather(node.inputs[0], h, node.attrs)],
  maxPool2dGather: (node, g) => [null, b.maxPool2dScatter(node.inputs[0], g, node.attrs)],
  avgPool2d: (node, g) => {
    const [, , height, width] = node.inputs[0].shape;
    return [b.avgPool2dGrad(g, { ...node.attrs, size: [height, width] })];
  },
  avgPool2dGrad: (node, h) => [b.avgPool2d(h, poolOf(node.attrs))],

  // The mean moves every number alike; the variance moves each by its distance from the mean.
  channelMoments: (node, g) => {
    const [x] = node.inputs;
    const channels = x.shape[1];
    const count = size(x.shape) / channels;
    const row = (t: Tensor, i: number): Tensor => b.reshape(b.slice(t, [i, 0], [i + 1, channels]), [channels]);
    const slope = b.mul(2 / count, row(g, 1));
    return [b.channelAffine(x, slope, b.sub(b.mul(1 / count, row(g, 0)), b.mul(slope, row(node, 0))))];
  },
  channelAffine: (node, g) => {
    const [x, scale] = node.inputs;
    const others = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    return [
      b.channelAffine(g, scale, b.full(0, scale.shape)),
      b.reduceSum(b.mul(g, x), others),
      b.reduceSum(g, others),
    ];
  },

  gather: (node, g) => [b.scatterAdd(g, node.inputs[1], node.inputs[0].shape[0]), null],
  scatterAdd: (node, h) => [b.gather(h, node.inputs[1]), null],
};
