/**
 * Small programs for every op: what the loops of ops/ops.test.ts differentiate and compare. An op without a case fails
 * the suite.
 */
import * as b from "../build/index.ts";
import type { DType, Shape, Tensor } from "../graph.ts";
import type { OpName } from "../ops/attributes.ts";

export interface OpCase {
  readonly name: string;
  /** Fed tensors: float32 ones are differentiated unless `fixed`. */
  readonly operands: readonly Operand[];
  readonly build: (...operands: Tensor[]) => Tensor;
}

export interface Operand {
  readonly shape: Shape;
  readonly dtype?: DType;
  /** Range of the random numbers; default -2 to 2. */
  readonly range?: readonly [number, number];
  /** Numbers given, where random ones would not do. */
  readonly data?: readonly number[];
  readonly fixed?: boolean;
}

const one = (build: (x: Tensor) => Tensor, operand: Partial<Operand> = {}): OpCase[] => [
  { name: "matrix", operands: [{ shape: [2, 3], ...operand }], build },
  { name: "column", operands: [{ shape: [3, 2, 1, 1], ...operand }], build },
];

/** Equal shapes, stretched rows, stretched on both sides, a scalar, and a column with a scalar. */
const SHAPES: readonly [Shape, Shape][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[], [2, 2]],
  [[4, 2, 1, 1], []],
];

const two = (build: (x: Tensor, y: Tensor) => Tensor, range: Partial<Operand> = {}): OpCase[] =>
  SHAPES.map(([x, y]) => ({
    name: `[${x.join()}] with [${y.join()}]`,
    operands: [
      { shape: x, ...range },
      { shape: y, ...range },
    ],
    build,
  }));

const single = (name: string, part: Omit<OpCase, "name">): OpCase => ({ name, ...part });

/** int32 beside a float32 that is differentiated. */
const wholeNumbers = (build: (x: Tensor, y: Tensor) => Tensor): OpCase[] => [
  single("int32", {
    operands: [
      { shape: [2, 3], dtype: "int32", data: [1, -2, 3, 4, 5, -6] },
      { shape: [3], dtype: "int32", data: [7, 8, -9] },
      { shape: [2, 3] },
    ],
    build: (x, y, z) => b.mul(b.cast(build(x, y), "float32"), z),
  }),
];

const positive: Partial<Operand> = { range: [0.5, 2] };

const CONVOLUTIONS = [
  { name: "plain", x: [2, 2, 5, 4], w: [3, 2, 3, 3], options: {} },
  { name: "same padding", x: [2, 2, 4, 4], w: [3, 2, 3, 3], options: { padding: 1 } },
  { name: "stride 2, with a remainder", x: [1, 2, 6, 5], w: [2, 2, 3, 3], options: { stride: 2, padding: 1 } },
  { name: "groups", x: [2, 4, 4, 4], w: [4, 2, 3, 3], options: { padding: 1, groups: 2 } },
  { name: "depthwise, stride 2", x: [1, 3, 6, 6], w: [3, 1, 2, 2], options: { stride: 2, groups: 3 } },
  { name: "1x1", x: [2, 3, 3, 3], w: [2, 3, 1, 1], options: {} },
  { name: "uneven kernel", x: [1, 2, 5, 6], w: [2, 2, 1, 4], options: { padding: [0, 2], stride: [2, 1] } },
  { name: "padding wider than the kernel", x: [1, 1, 3, 3], w: [2, 1, 2, 2], options: { padding: 2 } },
] as const;

const POOLS = [
  { name: "2x2", x: [2, 2, 4, 6], options: { kernel: 2 } },
  { name: "2x2 with a remainder", x: [1, 2, 5, 5], options: { kernel: 2 } },
  { name: "3x3, stride 2, padded", x: [1, 2, 6, 7], options: { kernel: 3, stride: 2, padding: 1 } },
  { name: "3x3, stride 1, padded", x: [2, 1, 4, 4], options: { kernel: 3, stride: 1, padding: 1 } },
  { name: "wider stride", x: [1, 1, 5, 5], options: { kernel: 1, stride: 2 } },
] as const;

const CHANNELS: readonly Shape[] = [
  [3, 2],
  [1, 4, 6],
  [2, 3, 2, 4],
];

/** Distinct numbers, far enough apart that small changes move no maximum. */
const spread = (shape: Shape): Operand => {
  const n = shape.reduce((a, c) => a * c, 1);
  return { shape, data: Array.from({ length: n }, (_, i) => (((i * 7919 + 13) % n) - n / 2) * 0.37) };
};

const pairOf = (n: number | readonly [number, number]): readonly [number, number] =>
  typeof n === "number" ? [n, n] : n;

const convolutions = (build: (c: (typeof CONVOLUTIONS)[number], x: Tensor, w: Tensor) => Tensor): OpCase[] =>
  CONVOLUTIONS.map((c) =>
    single(c.name, { operands: [{ shape: c.x }, { shape: c.w }], build: (x, w) => build(c, x, w) }),
  );

const attributes = (options: (typeof CONVOLUTIONS)[number]["options"]) => {
  const { stride = 1, padding = 0, groups = 1 } = options as b.ConvOptions;
  return { stride: pairOf(stride), padding: pairOf(padding), groups };
};

const poolAttributes = (options: b.PoolOptions) => ({
  kernel: pairOf(options.kernel),
  stride: pairOf(options.stride ?? options.kernel),
  padding: pairOf(options.padding ?? 0),
});

const pools = (operands: (x: Shape, options: b.PoolOptions) => readonly Operand[], build: Pooling): OpCase[] =>
  POOLS.map(({ name, x, options }) =>
    single(name, { operands: operands(x, options), build: (...t) => build(options, x, t) }),
  );

type Pooling = (options: b.PoolOptions, x: Shape, operands: readonly Tensor[]) => Tensor;

const pooledShape = (x: Shape, options: b.PoolOptions): Shape => b.maxPool2d(b.input("x", x), options).shape;

export const CASES: Readonly<Record<OpName, readonly OpCase[]>> = {
  input: one((x) => x),
  constant: one((x) => b.add(x, b.constant([1, 2, 3], [3])), { shape: [2, 3] }),
  neg: one(b.neg),
  exp: one(b.exp),
  log: one(b.log, positive),
  sqrt: one(b.sqrt, positive),
  tanh: one(b.tanh),
  sigmoid: one(b.sigmoid),
  relu: one(b.relu),
  abs: one(b.abs),
  sign: one(b.sign),
  erf: one(b.erf),
  gelu: one(b.gelu),
  leakyRelu: one((x) => b.leakyRelu(x, 0.2)),
  cast: [
    ...one((x) => b.cast(b.cast(x, "int32"), "float32"), { range: [1.1, 1.9] }),
    ...one((x) => b.cast(b.cast(x, "bool"), "float32"), { range: [1.1, 1.9] }),
  ],
  detach: [
    single("beside a gradient", {
      operands: [{ shape: [2, 3], fixed: true }, { shape: [2, 3] }],
      build: (x, y) => b.mul(b.detach(b.exp(x)), y),
    }),
  ],

  add: [...two(b.add), ...wholeNumbers(b.add)],
  sub: [...two(b.sub), ...wholeNumbers(b.sub)],
  mul: [...two(b.mul), ...wholeNumbers(b.mul)],
  div: two(b.div, positive),
  maximum: two(b.maximum),
  minimum: two(b.minimum),
  greater: two((x, y) => b.cast(b.greater(x, y), "float32")),
  equal: two((x, y) => b.cast(b.equal(b.cast(x, "int32"), b.cast(y, "int32")), "float32")),
  select: [
    ...two((x, y) => b.select(b.greater(b.constant([0, 1, 1], [3]), 0.5), x, y)).filter((c) => /3/.test(c.name)),
    single("fed condition", {
      operands: [{ shape: [2, 2], dtype: "bool", data: [1, 0, 0, 1] }, { shape: [2, 2] }, { shape: [2] }],
      build: b.select,
    }),
  ],

  reduceSum: [
    ...one((x) => b.reduceSum(x)),
    ...[[0], [1], [-1], [0, 2, 3], [2, 3], []].flatMap((axes) =>
      [true, false].map((keep) =>
        single(`axes ${axes.join()}${keep ? ", kept" : ""}`, {
          operands: [{ shape: [2, 3, 2, 2] }],
          build: (x) => b.reduceSum(x, axes, keep),
        }),
      ),
    ),
  ],
  reduceMax: [[0], [1], [0, 2, 3], [2, 3]].flatMap((axes) =>
    [true, false].map((keep) =>
      single(`axes ${axes.join()}${keep ? ", kept" : ""}`, {
        operands: [spread([2, 3, 2, 2])],
        build: (x) => b.reduceMax(x, axes, keep),
      }),
    ),
  ),
  logSoftmax: [
    ...one(b.logSoftmax),
    single("large logits", { operands: [{ shape: [2, 3], range: [80, 90] }], build: b.logSoftmax }),
  ],

  reshape: one((x) => b.reshape(x, [-1])),
  transpose: [
    ...one((x) => b.transpose(x)),
    single("rotated axes", { operands: [{ shape: [2, 3, 4] }], build: (x) => b.transpose(x, [2, 0, 1]) }),
  ],
  broadcast: [
    single("new axis", { operands: [{ shape: [3] }], build: (x) => b.broadcast(x, [2, 3]) }),
    single("stretched axes", { operands: [{ shape: [2, 1, 3, 1] }], build: (x) => b.broadcast(x, [2, 2, 3, 4]) }),
    single("scalar", { operands: [{ shape: [] }], build: (x) => b.broadcast(x, [2, 2]) }),
  ],
  pad: [single("uneven", { operands: [{ shape: [2, 3] }], build: (x) => b.pad(x, [1, 0], [0, 2]) })],
  slice: [single("inner", { operands: [{ shape: [3, 4] }], build: (x) => b.slice(x, [1, 0], [3, 3]) })],
  concat: [0, 1].map((axis) =>
    single(`axis ${axis}`, {
      operands: [{ shape: [2, 2] }, { shape: axis === 0 ? [1, 2] : [2, 3] }, { shape: [2, 2] }],
      build: (...tensors) => b.concat(tensors, axis),
    }),
  ),

  matmul: [
    single("matrices", { operands: [{ shape: [2, 3] }, { shape: [3, 4] }], build: b.matmul }),
    single("batches", { operands: [{ shape: [2, 2, 3] }, { shape: [2, 3, 2] }], build: b.matmul }),
    single("stretched batch", { operands: [{ shape: [2, 1, 2, 3] }, { shape: [2, 3, 2] }], build: b.matmul }),
  ],
  conv2d: [
    ...convolutions((c, x, w) => b.conv2d(x, w, c.options)),
    single("bias", {
      operands: [{ shape: [2, 2, 3, 3] }, { shape: [3, 2, 3, 3] }, { shape: [3] }],
      build: (x, w, bias) => b.conv2d(x, w, { padding: 1, bias }),
    }),
  ],
  conv2dInputGrad: CONVOLUTIONS.map(({ name, x, w, options }) => {
    const g = b.conv2d(b.input("x", x), b.input("w", w), options).shape;
    const attrs = { ...attributes(options), size: [x[2], x[3]] as const };
    return single(name, {
      operands: [{ shape: g }, { shape: w }],
      build: (gradient, filters) => b.conv2dInputGrad(gradient, filters, attrs),
    });
  }),
  conv2dWeightGrad: CONVOLUTIONS.map(({ name, x, w, options }) => {
    const g = b.conv2d(b.input("x", x), b.input("w", w), options).shape;
    const attrs = { ...attributes(options), kernel: [w[2], w[3]] as const };
    return single(name, {
      operands: [{ shape: x }, { shape: g }],
      build: (picture, gradient) => b.conv2dWeightGrad(picture, gradient, attrs),
    });
  }),

  maxPool2d: pools(
    (x) => [spread(x)],
    (options, _, [x]) => b.maxPool2d(x, options),
  ),
  maxPool2dScatter: pools(
    (x, options) => [{ ...spread(x), fixed: true }, { shape: pooledShape(x, options) }],
    (options, _, [x, g]) => b.maxPool2dScatter(x, g, poolAttributes(options)),
  ),
  maxPool2dGather: pools(
    (x) => [{ ...spread(x), fixed: true }, { shape: x }],
    (options, _, [x, h]) => b.maxPool2dGather(x, h, poolAttributes(options)),
  ),
  avgPool2d: pools(
    (x) => [{ shape: x }],
    (options, _, [x]) => b.avgPool2d(x, options),
  ),
  avgPool2dGrad: pools(
    (x, options) => [{ shape: pooledShape(x, options) }],
    (options, x, [g]) => b.avgPool2dGrad(g, { ...poolAttributes(options), size: [x[2], x[3]] }),
  ),

  channelMoments: CHANNELS.map((x) => single(`[${x.join()}]`, { operands: [{ shape: x }], build: b.channelMoments })),
  channelAffine: CHANNELS.map((x) =>
    single(`[${x.join()}]`, {
      operands: [{ shape: x }, { shape: [x[1]] }, { shape: [x[1]] }],
      build: b.channelAffine,
    }),
  ),

  gather: [
    single("rows, one twice", {
      operands: [{ shape: [4, 2] }, { shape: [2, 2], dtype: "int32", data: [3, 0, 1, 3] }],
      build: b.gather,
    }),
    single("numbers", { operands: [{ shape: [4] }, { shape: [3], dtype: "int32", data: [2, 2, 0] }], build: b.gather }),
  ],
  scatterAdd: [
    single("rows, one twice", {
      operands: [{ shape: [2, 2, 3] }, { shape: [2, 2], dtype: "int32", data: [3, 0, 1, 3] }],
      build: (updates, indices) => b.scatterAdd(updates, indices, 5),
    }),
    single("numbers", {
      operands: [{ shape: [3] }, { shape: [3], dtype: "int32", data: [1, 1, 0] }],
      build: (updates, indices) => b.scatterAdd(updates, indices, 3),
    }),
  ],
};
