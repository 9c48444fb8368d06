/** Table 1 of 4, shape: what each op makes of its operands' types, or why it refuses them. */
import { holds, size, type Shape, type TensorType } from "../graph.ts";
import { arity, demand, demandType, floats, rank, type Types, whole } from "./demands.ts";
import type { ConvAttributes, OpAttributes, OpName, Pair, PoolAttributes, ReduceAttributes } from "./attributes.ts";

type Rule<O extends OpName> = (inputs: Types, attrs: OpAttributes[O]) => TensorType;

/** NumPy's broadcasting: shapes are aligned at the right; a dimension of 1 stretches. */
export function broadcastShapes(shapes: readonly Shape[]): number[] {
  const out = Array.from({ length: Math.max(...shapes.map((s) => s.length)) }, () => 1);
  for (const shape of shapes)
    for (let i = 1; i <= shape.length; i++) {
      const have = out[out.length - i];
      const n = shape[shape.length - i];
      demand(have === n || have === 1 || n === 1, () => `sizes ${have} and ${n} do not broadcast`);
      if (have === 1) out[out.length - i] = n;
    }
  return out;
}

const unary = (inputs: Types): TensorType => {
  arity(inputs, 1);
  floats(inputs);
  return inputs[0];
};

const binary = (inputs: Types): TensorType => {
  arity(inputs, 2);
  floats(inputs);
  return { shape: broadcastShapes(inputs.map((t) => t.shape)), dtype: "float32" };
};

/** As `binary`, but also int32 with int32: places are counted in whole numbers. */
const arithmetic = (inputs: Types): TensorType => {
  if (inputs.some((t) => t.dtype !== "int32")) return binary(inputs);
  arity(inputs, 2);
  return { shape: broadcastShapes(inputs.map((t) => t.shape)), dtype: "int32" };
};

const compare = (inputs: Types): TensorType => {
  arity(inputs, 2);
  demand(inputs[0].dtype === inputs[1].dtype, () => "both operands must have one dtype");
  demand(inputs[0].dtype !== "bool", () => "it compares numbers, not truth values");
  return { shape: broadcastShapes(inputs.map((t) => t.shape)), dtype: "bool" };
};

const reduce = (inputs: Types, { axes, keepDims }: ReduceAttributes): TensorType => {
  unary(inputs);
  const { shape, dtype } = inputs[0];
  demand(
    axes.every((a, i) => Number.isInteger(a) && a >= 0 && a < shape.length && (i === 0 || axes[i - 1] < a)),
    () => `axes [${axes.join(",")}] must be sorted, distinct and below ${shape.length}`,
  );
  const kept = shape.map((n, i) => (axes.includes(i) ? 1 : n));
  return { shape: keepDims ? kept : kept.filter((_, i) => !axes.includes(i)), dtype };
};

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}

/** Height and width that a window sliding over `shape`'s last two dimensions gives. */
function windowed(shape: Shape, { kernel, stride, padding }: Window): [number, number] {
  const along = (axis: 0 | 1): number => {
    const n = shape[shape.length - 2 + axis] + 2 * padding[axis];
    demand(
      [kernel, stride, padding].every((pair) => Number.isInteger(pair[axis])),
      () => "kernel, stride and padding must be whole numbers",
    );
    demand(kernel[axis] >= 1 && stride[axis] >= 1, () => "kernels and strides must be positive");
    demand(padding[axis] >= 0, () => "padding must not be negative");
    demand(n >= kernel[axis], () => `a kernel of ${kernel[axis]} does not fit a padded size of ${n}`);
    return Math.floor((n - kernel[axis]) / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** The type of conv2d(x, w); also what the adjoints' `g` must have. */
function convolved(x: Shape, w: Shape, attrs: ConvAttributes): TensorType {
  const { groups } = attrs;
  demand(
    Number.isInteger(groups) && groups >= 1 && x[1] % groups === 0 && w[0] % groups === 0,
    () => `channels do not split into ${groups} groups`,
  );
  demand(x[1] === w[1] * groups, () => `the filters want ${w[1] * groups} channels but the picture has ${x[1]}`);
  return { shape: [x[0], w[0], ...windowed(x, { ...attrs, kernel: [w[2], w[3]] })], dtype: "float32" };
}

function pooled(x: TensorType, attrs: PoolAttributes): TensorType {
  rank(x, 4, "the picture");
  // A window that saw only padding would have no maximum and no mean.
  demand(
    attrs.padding.every((p, i) => p * 2 <= attrs.kernel[i]),
    () => "padding must not exceed half the kernel",
  );
  return { shape: [x.shape[0], x.shape[1], ...windowed(x.shape, attrs)], dtype: "float32" };
}

function resized(shape: Shape, [h, w]: Pair): number[] {
  return [shape[0], shape[1], h, w];
}

export const SHAPE: { readonly [O in OpName]: Rule<O> } = {
  input: (inputs, { shape, dtype }) => {
    arity(inputs, 0);
    whole(shape);
    return { shape, dtype };
  },
  constant: (inputs, { data, shape, dtype }) => {
    arity(inputs, 0);
    whole(shape);
    demand(holds(data, dtype), () => `a ${data.constructor.name} holds no ${dtype}`);
    demand(data.length === size(shape), () => `[${shape.join(",")}] does not hold ${data.length} numbers`);
    return { shape, dtype };
  },

  neg: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  tanh: unary,
  sigmoid: unary,
  relu: unary,
  abs: unary,
  sign: unary,
  erf: unary,
  gelu: unary,
  leakyRelu: unary,
  detach: unary,
  cast: (inputs, { dtype }) => {
    arity(inputs, 1);
    return { shape: inputs[0].shape, dtype };
  },

  add: arithmetic,
  sub: arithmetic,
  mul: arithmetic,
  div: binary,
  maximum: binary,
  minimum: binary,
  greater: compare,
  equal: compare,
  select: (inputs) => {
    arity(inputs, 3);
    demand(inputs[0].dtype === "bool", () => "the condition must be bool");
    floats(inputs.slice(1));
    return { shape: broadcastShapes(inputs.map((t) => t.shape)), dtype: "float32" };
  },

  reduceSum: reduce,
  reduceMax: reduce,
  logSoftmax: (inputs) => {
    demand(inputs.length === 1 && inputs[0].shape.length > 0, () => "it takes one operand with at least one dimension");
    return unary(inputs);
  },

  reshape: (inputs, { shape }) => {
    arity(inputs, 1);
    whole(shape);
    demand(size(shape) === size(inputs[0].shape), () => `[${shape.join(",")}] holds another number of elements`);
    return { shape, dtype: inputs[0].dtype };
  },
  transpose: (inputs, { permutation }) => {
    arity(inputs, 1);
    const { shape, dtype } = inputs[0];
    const whole = permutation.length === shape.length && shape.every((_, axis) => permutation.includes(axis));
    demand(whole, () => `[${permutation.join(",")}] is no permutation of ${shape.length} axes`);
    return { shape: permutation.map((axis) => shape[axis]), dtype };
  },
  broadcast: (inputs, { shape }) => {
    arity(inputs, 1);
    whole(shape);
    const reached = broadcastShapes([inputs[0].shape, shape]);
    demand(reached.join() === shape.join(), () => `it does not stretch to [${shape.join(",")}]`);
    return { shape, dtype: inputs[0].dtype };
  },
  pad: (inputs, { before, after }) => {
    unary(inputs);
    const { shape, dtype } = inputs[0];
    const whole = before.length === shape.length && after.length === shape.length;
    demand(
      whole && [...before, ...after].every((n) => Number.isInteger(n) && n >= 0),
      () => "it takes two counts per axis",
    );
    return { shape: shape.map((n, i) => n + before[i] + after[i]), dtype };
  },
  slice: (inputs, { starts, ends }) => {
    arity(inputs, 1);
    const { shape, dtype } = inputs[0];
    const inside =
      [...starts, ...ends].every(Number.isInteger) &&
      shape.every((n, i) => starts[i] >= 0 && starts[i] < ends[i] && ends[i] <= n);
    demand(
      inside && starts.length === shape.length && ends.length === shape.length,
      () => `[${starts.join(",")}] to [${ends.join(",")}] is not inside`,
    );
    return { shape: shape.map((_, i) => ends[i] - starts[i]), dtype };
  },
  concat: (inputs, { axis }) => {
    demand(inputs.length > 0, () => "it takes at least one operand");
    const { shape, dtype } = inputs[0];
    demand(Number.isInteger(axis) && axis >= 0 && axis < shape.length, () => `there is no axis ${axis}`);
    for (const t of inputs) {
      const fits = t.shape.length === shape.length && t.shape.every((n, i) => i === axis || n === shape[i]);
      demand(fits && t.dtype === dtype, () => `operands must agree in dtype and in every axis but ${axis}`);
    }
    return { shape: shape.map((n, i) => (i === axis ? inputs.reduce((sum, t) => sum + t.shape[axis], 0) : n)), dtype };
  },

  matmul: (inputs) => {
    arity(inputs, 2);
    floats(inputs);
    const [a, b] = inputs.map((t) => t.shape);
    demand(a.length >= 2 && b.length >= 2, () => "it takes matrices, or batches of them");
    const [m, k, k2, n] = [...a.slice(-2), ...b.slice(-2)];
    demand(k === k2, () => `the inner sizes ${k} and ${k2} differ`);
    return { shape: [...broadcastShapes([a.slice(0, -2), b.slice(0, -2)]), m, n], dtype: "float32" };
  },
  conv2d: (inputs, attrs) => {
    arity(inputs, 2, 3);
    floats(inputs);
    const [x, w, bias] = inputs;
    rank(x, 4, "the picture");
    rank(w, 4, "the filters");
    if (bias !== undefined) demandType(bias, { shape: [w.shape[0]], dtype: "float32" }, "the bias");
    return convolved(x.shape, w.shape, attrs);
  },
  conv2dInputGrad: (inputs, attrs) => {
    arity(inputs, 2);
    const [g, w] = inputs;
    rank(g, 4, "the gradient");
    rank(w, 4, "the filters");
    whole(attrs.size);
    const x = [g.shape[0], w.shape[1] * attrs.groups, ...attrs.size];
    demandType(g, convolved(x, w.shape, attrs), "the gradient");
    return { shape: x, dtype: "float32" };
  },
  conv2dWeightGrad: (inputs, attrs) => {
    arity(inputs, 2);
    const [x, g] = inputs;
    rank(x, 4, "the picture");
    rank(g, 4, "the gradient");
    const w = [g.shape[1], Math.floor(x.shape[1] / attrs.groups), ...attrs.kernel];
    demandType(g, convolved(x.shape, w, attrs), "the gradient");
    return { shape: w, dtype: "float32" };
  },

  maxPool2d: (inputs, attrs) => pooled(unary(inputs), attrs),
  maxPool2dScatter: (inputs, attrs) => {
    arity(inputs, 2);
    demandType(inputs[1], pooled(inputs[0], attrs), "the gradient");
    return inputs[0];
  },
  maxPool2dGather: (inputs, attrs) => {
    arity(inputs, 2);
    demandType(inputs[1], inputs[0], "the second operand");
    return pooled(inputs[0], attrs);
  },
  avgPool2d: (inputs, attrs) => pooled(unary(inputs), attrs),
  avgPool2dGrad: (inputs, attrs) => {
    const { shape } = unary(inputs);
    rank(inputs[0], 4, "the gradient");
    whole(attrs.size);
    const x: TensorType = { shape: resized(shape, attrs.size), dtype: "float32" };
    demandType(inputs[0], pooled(x, attrs), "the gradient");
    return x;
  },

  channelMoments: (inputs) => {
    const { shape, dtype } = unary(inputs);
    demand(shape.length >= 2, () => "it takes [N, C, ...]");
    return { shape: [2, shape[1]], dtype };
  },
  channelAffine: (inputs) => {
    arity(inputs, 3);
    floats(inputs);
    const [x, scale, shift] = inputs;
    demand(x.shape.length >= 2, () => "it takes [N, C, ...]");
    const each: TensorType = { shape: [x.shape[1]], dtype: "float32" };
    demandType(scale, each, "the scale");
    demandType(shift, each, "the shift");
    return x;
  },

  gather: (inputs) => {
    arity(inputs, 2);
    const [x, indices] = inputs;
    floats([x]);
    demand(indices.dtype === "int32" && x.shape.length > 0, () => "it takes a tensor with rows and int32 indices");
    return { shape: [...indices.shape, ...x.shape.slice(1)], dtype: "float32" };
  },
  scatterAdd: (inputs, { rows }) => {
    arity(inputs, 2);
    const [updates, indices] = inputs;
    floats([updates]);
    whole([rows]);
    const lead = indices.shape.length;
    const fits = indices.shape.every((n, i) => n === updates.shape[i]);
    demand(indices.dtype === "int32" && fits, () => "the int32 indices must match the updates' first dimensions");
    return { shape: [rows, ...updates.shape.slice(lead)], dtype: "float32" };
  },
};
