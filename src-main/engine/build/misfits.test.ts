/** Whatever a model asks for, it gets a tensor or a sentence with the op, the shapes and the model's own line. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import { grad } from "../grad.ts";
import type { Tensor } from "../graph.ts";
import * as b from "./index.ts";

/** A number as a careless caller gives it. */
const odd = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.5, NaN, Infinity, -1, 2 ** 33) },
);
const oddPair = fc.tuple(odd, odd);
const list = fc.array(odd, { maxLength: 5 });
const shape = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 });
const dtype = fc.constantFrom(
  "float32" as const,
  "float32" as const,
  "float32" as const,
  "int32" as const,
  "bool" as const,
);
const tensor = fc.record({ shape, dtype }).map((type) => b.input("x", type.shape, type.dtype));

interface Arguments {
  readonly t: readonly Tensor[];
  readonly n: readonly number[];
  readonly lists: readonly (readonly number[])[];
  readonly pairs: readonly (readonly [number, number])[];
}

const some = fc.record({
  t: fc.array(tensor, { minLength: 4, maxLength: 4 }),
  n: fc.array(odd, { minLength: 3, maxLength: 3 }),
  lists: fc.array(list, { minLength: 2, maxLength: 2 }),
  pairs: fc.array(oddPair, { minLength: 3, maxLength: 3 }),
});

const conv = ({ n, pairs }: Arguments) => ({ stride: pairs[0], padding: pairs[1], groups: n[0] });
const pool = ({ pairs }: Arguments) => ({ kernel: pairs[2], stride: pairs[0], padding: pairs[1] });
const norm = ({ t }: Arguments) => ({ scale: t[1], shift: t[2] });

const BUILDERS: Readonly<Record<string, (a: Arguments) => Tensor>> = {
  exp: ({ t }) => b.exp(t[0]),
  leakyRelu: ({ t, n }) => b.leakyRelu(t[0], n[0]),
  add: ({ t }) => b.add(t[0], t[1]),
  select: ({ t }) => b.select(t[0], t[1], t[2]),
  greater: ({ t }) => b.greater(t[0], t[1]),
  detach: ({ t }) => b.detach(t[0]),
  clamp: ({ t, n }) => b.clamp(t[0], n[0], n[1]),
  reduceSum: ({ t, lists }) => b.reduceSum(t[0], lists[0]),
  reduceMax: ({ t, lists }) => b.reduceMax(t[0], lists[0], true),
  mean: ({ t, lists }) => b.mean(t[0], lists[0]),
  logSoftmax: ({ t }) => b.logSoftmax(t[0]),
  softmax: ({ t, n }) => b.softmax(t[0], n[0]),
  softmaxCrossEntropy: ({ t }) => b.softmaxCrossEntropy(t[0], t[1]),
  reshape: ({ t, lists }) => b.reshape(t[0], lists[0]),
  flatten: ({ t }) => b.flatten(t[0]),
  transpose: ({ t, lists }) => b.transpose(t[0], lists[0]),
  broadcast: ({ t, lists }) => b.broadcast(t[0], lists[0]),
  pad: ({ t, lists }) => b.pad(t[0], lists[0], lists[1]),
  slice: ({ t, lists }) => b.slice(t[0], lists[0], lists[1]),
  concat: ({ t, n }) => b.concat(t.slice(0, Math.trunc(n[1])), n[0]),
  gather: ({ t }) => b.gather(t[0], t[1]),
  gatherEach: ({ t }) => b.gatherEach(t[0], t[1]),
  scatterAdd: ({ t, n }) => b.scatterAdd(t[0], t[1], n[0]),
  input: ({ lists }) => b.input("x", lists[0]),
  constant: ({ lists }) => b.constant(lists[0], lists[1]),
  full: ({ n, lists }) => b.full(n[0], lists[0]),
  matmul: ({ t }) => b.matmul(t[0], t[1]),
  conv2d: (a) => b.conv2d(a.t[0], a.t[1], conv(a)),
  conv2dInputGrad: (a) => b.conv2dInputGrad(a.t[0], a.t[1], { ...conv(a), size: a.pairs[2] }),
  conv2dWeightGrad: (a) => b.conv2dWeightGrad(a.t[0], a.t[1], { ...conv(a), kernel: a.pairs[2] }),
  transposedConv2d: (a) =>
    b.transposedConv2d(a.t[0], a.t[1], { stride: a.pairs[0], padding: a.pairs[1], bias: a.t[2] }),
  maxPool2d: (a) => b.maxPool2d(a.t[0], pool(a)),
  maxPool2dScatter: (a) => b.maxPool2dScatter(a.t[0], a.t[1], pool(a)),
  maxPool2dGather: (a) => b.maxPool2dGather(a.t[0], a.t[1], pool(a)),
  avgPool2d: (a) => b.avgPool2d(a.t[0], pool(a)),
  avgPool2dGrad: (a) => b.avgPool2dGrad(a.t[0], { ...pool(a), size: a.pairs[2] }),
  globalAvgPool: ({ t }) => b.globalAvgPool(t[0]),
  channelMoments: ({ t }) => b.channelMoments(t[0]),
  channelAffine: ({ t }) => b.channelAffine(t[0], t[1], t[2]),
  batchNorm: (a) => b.batchNorm(a.t[0], norm(a)).y,
  groupNorm: (a) => b.groupNorm(a.t[0], a.n[0], norm(a)),
  instanceNorm: (a) => b.instanceNorm(a.t[0], norm(a)),
  spectralNorm: ({ t }) => b.spectralNorm(t[0], t[1]).w,
  upsampleNearest: ({ t, n }) => b.upsampleNearest(t[0], n[0]),
  resizeBilinear: ({ t, pairs }) => b.resizeBilinear(t[0], { size: pairs[0] }),
  unfold: ({ t, n }) => b.unfold(t[0], { kernel: n[0], padding: n[1] }),
  bilinearSample: ({ t }) => b.bilinearSample(t[0], t[1]),
  totalVariation: ({ t }) => b.totalVariation(t[0]),
  grad: ({ t }) => grad(t[0], [t[1]])[0],
};

const SENTENCE = /^[\s\S]* at build\/misfits\.test\.ts:\d+[\s\S]*\.$/;

describe("wrong operands and attributes", () => {
  test.each(Object.entries(BUILDERS))("%s", (_name, build) => {
    fc.assert(
      fc.property(some, (a) => {
        let y: Tensor;
        try {
          y = build(a);
        } catch (error) {
          expect(error).toBeInstanceOf(ApexError);
          if (!(error instanceof ApexError)) return;
          expect(error.code).toMatch(/^(shape-mismatch|graph-invalid)$/);
          expect(error.message).toMatch(SENTENCE);
          return;
        }
        expect(y.shape.every((n) => Number.isInteger(n) && n > 0)).toBe(true);
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});
