/** Small cases of the functions that are made of ops, checked as the ops are. */
import * as b from "../build/index.ts";
import type { OpCase } from "./cases.ts";

const [picture, channels] = [{ shape: [2, 4, 3, 4] }, { shape: [4] }];

/** Places between pixels and outside, at least 1/20 from every row and column, where the slope would jump. */
const places = {
  shape: [2, 2, 2, 2],
  data: [-0.4, 1.3, 2.6, 3.3, -1.7, 0.45, 2.9, 4.2, 0.2, 1.5, -0.6, 2.4, 0.35, 1.1, 2.45, -2.3],
};

export const COMPOSITES: Readonly<Record<string, OpCase>> = {
  batchNorm: {
    name: "two pictures",
    operands: [picture, channels, channels],
    build: (x, scale, shift) => b.batchNorm(x, { scale, shift }).y,
  },
  batchNormBy: {
    name: "by statistics that move",
    operands: [picture, channels, { shape: [4], range: [0.5, 2] }],
    build: (x, mean, variance) => b.batchNormBy(x, { mean, variance }, { scale: mean, shift: variance }),
  },
  groupNorm: {
    name: "two groups",
    operands: [picture, channels, channels],
    build: (x, scale, shift) => b.groupNorm(x, 2, { scale, shift }),
  },
  instanceNorm: { name: "plain", operands: [picture], build: (x) => b.instanceNorm(x) },
  clamp: { name: "within and beyond", operands: [{ shape: [3, 4] }], build: (x) => b.clamp(x, -1, 0.7) },
  softmax: { name: "over the channels", operands: [picture], build: (x) => b.softmax(x, 1) },
  globalAvgPool: { name: "plain", operands: [picture], build: b.globalAvgPool },
  transposedConv2d: {
    name: "doubling",
    operands: [{ shape: [2, 3, 2, 3] }, { shape: [3, 2, 4, 4] }, { shape: [2] }],
    build: (x, w, bias) => b.transposedConv2d(x, w, { stride: 2, padding: 1, bias }),
  },
  upsampleNearest: { name: "twofold", operands: [picture], build: (x) => b.upsampleNearest(x, 2) },
  resizeBilinear: {
    name: "up and down, corners aligned",
    operands: [picture],
    build: (x) => b.resizeBilinear(x, { size: [5, 2], alignCorners: true }),
  },
  unfold: { name: "3x3", operands: [{ shape: [1, 2, 3, 4] }], build: (x) => b.unfold(x, { kernel: 3, padding: 1 }) },
  gatherEach: {
    name: "one twice",
    operands: [{ shape: [2, 3, 2] }, { shape: [2, 2, 2], dtype: "int32", data: [2, 0, 0, 1, 1, 1, 2, 0] }],
    build: b.gatherEach,
  },
  bilinearSample: { name: "between and outside", operands: [{ shape: [2, 2, 2, 3] }, places], build: b.bilinearSample },
  totalVariation: { name: "plain", operands: [picture], build: b.totalVariation },
};
