/** Programs whose tensors are blocked somewhere, against the reference: forward, and the gradients of every input. */
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import * as b from "../../../build/index.ts";
import { blockSize } from "../../../executors/blocks.ts";
import { onnxExecutor } from "../../../executors/onnx.ts";
import { grad } from "../../../grad.ts";
import { compare, type Made, nodesOf } from "../../../testing/against.ts";
import { type Shape, size, type Tensor, type Value, value } from "../../../graph.ts";
import { toOnnx } from "../../../onnx/lower.ts";
import { OnnxModel } from "../../../onnx/model.ts";
import { simplify } from "../../../passes/pipeline.ts";
import { program } from "../../../program.ts";
import { Random } from "../../../random.ts";

type Shapes = Readonly<Record<string, Shape>>;

function make(shapes: Shapes, build: (t: Readonly<Record<string, Tensor>>) => Tensor): Made {
  const random = new Random(5);
  const inputs = Object.entries(shapes).map(([name, shape]) => b.input(name, shape));
  const y = build(Object.fromEntries(Object.keys(shapes).map((name, i) => [name, inputs[i]])));
  const gradients = grad(b.mean(b.square(y)), inputs);
  const outputs = { y, ...Object.fromEntries(gradients.map((g, i) => [`by ${Object.keys(shapes)[i]}`, g])) };
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const numbers = Float64Array.from({ length: size(shape) }, () => Math.fround(2 * random.uniform() - 1));
      return [name, value(numbers, shape)];
    }),
  );
  return { whole: program({ inputs, outputs }), feeds };
}

/** How often the model names an op of onnxruntime's own layout. */
function blockedOps({ whole }: Made, block: number): number {
  return (
    Buffer.from(toOnnx(simplify(whole), { provider: "cpu", block }))
      .toString("latin1")
      .split("com.microsoft.nchwc").length - 1
  );
}

describe("convolutions", () => {
  test.each([
    { c: 3, o: 16, k: 5, stride: 1, padding: 2, groups: 1 },
    { c: 8, o: 32, k: 3, stride: 2, padding: 1, groups: 1 },
    { c: 17, o: 16, k: 3, stride: 1, padding: 1, groups: 1 },
    { c: 16, o: 17, k: 3, stride: 1, padding: 1, groups: 1 },
    { c: 48, o: 64, k: 3, stride: 1, padding: 1, groups: 1 },
    { c: 64, o: 48, k: 1, stride: 1, padding: 0, groups: 1 },
    { c: 64, o: 16, k: 1, stride: 2, padding: 0, groups: 1 },
    { c: 32, o: 16, k: 3, stride: 2, padding: 1, groups: 1 },
    { c: 16, o: 32, k: 2, stride: 1, padding: 2, groups: 1 },
    { c: 32, o: 32, k: 3, stride: 1, padding: 1, groups: 2 },
    { c: 16, o: 16, k: 3, stride: 1, padding: 1, groups: 16 },
  ])("$c to $o channels, $k x $k, stride $stride, padding $padding, groups $groups", async (form) => {
    const { c, o, k, stride, padding, groups } = form;
    const shapes = { x: [2, c, 7, 6], w: [o, c / groups, k, k], bias: [o] };
    await compare(make(shapes, ({ x, w, bias }) => b.conv2d(x, w, { stride, padding, groups, bias })));
  });
});

describe("input gradients of strided convolutions", () => {
  test.each([
    { k: 3, stride: 2, padding: 1, height: 8, width: 7 },
    { k: 3, stride: 2, padding: 0, height: 9, width: 8 },
    { k: 1, stride: 2, padding: 0, height: 7, width: 6 },
    { k: 2, stride: 2, padding: 0, height: 6, width: 7 },
    { k: 5, stride: 3, padding: 2, height: 10, width: 9 },
    { k: 3, stride: 2, padding: 1, height: 1, width: 4 },
    { k: 3, stride: 2, padding: 1, height: 1, width: 1 },
    { k: 3, stride: 1, padding: 2, height: 5, width: 4 },
  ])("$k x $k by $stride, padded by $padding, over $height x $width", async (form) => {
    const { k, stride, padding, height, width } = form;
    const shapes = { x: [2, 16, height, width], w: [32, 16, k, k] };
    await compare(make(shapes, ({ x, w }) => b.conv2d(x, w, { stride, padding })));
  });
});

describe("weight gradients", () => {
  // Large pictures of few channels, so that each way of copying is the cheapest for some.
  test.each([
    { c: 4, o: 4, k: 3, stride: 1, padding: 1, size: 14 },
    { c: 2, o: 6, k: 5, stride: 1, padding: 1, size: 18 },
    { c: 6, o: 3, k: 3, stride: 1, padding: 0, size: 18 },
    { c: 1, o: 6, k: 3, stride: 1, padding: 1, size: 14 },
    { c: 2, o: 3, k: 7, stride: 2, padding: 3, size: 20 },
    { c: 5, o: 3, k: 1, stride: 1, padding: 0, size: 6 },
    { c: 3, o: 8, k: 1, stride: 2, padding: 0, size: 9 },
    { c: 8, o: 8, k: 3, stride: 2, padding: 1, size: 5 },
  ])("$c to $o channels, $k x $k by $stride, over $size x $size", async (form) => {
    const { c, o, k, stride, padding, size: side } = form;
    const shapes = { x: [2, c, side, side - 1], w: [o, c, k, k] };
    await compare(make(shapes, ({ x, w }) => b.conv2d(x, w, { stride, padding })));
  });
});

test("a ReLU that is all that needs a convolution is part of it, one that is not is itself", async () => {
  const shapes = { x: [2, 16, 5, 4], w: [32, 16, 3, 3], bias: [32] };
  const made = make(shapes, ({ x, w, bias }) => {
    const [y, z] = [b.conv2d(x, w, { padding: 1, bias }), b.conv2d(x, b.neg(w), { padding: 1 })];
    return b.add(b.relu(y), b.mul(b.relu(z), z));
  });
  const { y } = made.whole.outputs;
  const forward = { ...made, whole: program({ inputs: made.whole.inputs, outputs: { y } }) };
  await compare(forward);
  await compare(made);
  const block = await blockSize();
  const text = Buffer.from(toOnnx(simplify(forward.whole), { provider: "cpu", block })).toString("latin1");
  if (block > 0) expect(text).toContain("activation");
});

test("weight gradients of pictures too large to be taken at once add up", async () => {
  const [count, side] = [3, 480];
  const w = value(
    Float32Array.from({ length: 98 }, (_, i) => ((i * 31) % 17) / 17 - 0.5),
    [1, 2, 7, 7],
  );
  const pictures = new Float32Array(count * 2 * side * side);
  pictures.forEach((_, i) => (pictures[i] = ((i * 7919) % 101) / 101 - 0.5));
  const gradientOf = async (data: Float32Array): Promise<number[]> => {
    const shape = [data.length / (2 * side * side), 2, side, side];
    const [x, filters] = [b.input("x", shape), b.input("w", w.shape)];
    const [g] = grad(b.mean(b.square(b.conv2d(x, filters, { stride: 2, padding: 3 }))), [filters]);
    await using session = await onnxExecutor().compile(program({ inputs: [x, filters], outputs: { g } }));
    return [...(await session.run({ x: value(data, shape), w })).g.data];
  };
  const whole = await gradientOf(pictures);
  const sum = whole.map(() => 0);
  for (let i = 0; i < count; i++) {
    const one = await gradientOf(pictures.slice((i * pictures.length) / count, ((i + 1) * pictures.length) / count));
    one.forEach((x, at) => (sum[at] += x / count));
  }
  const scale = Math.max(...sum.map(Math.abs));
  expect(Math.max(...whole.map((x, i) => Math.abs(x - sum[i]) / scale))).toBeLessThan(1e-4);
});

test("a product and a sum of large tensors are one pass, whatever adds to it", async () => {
  const shapes = { x: [64, 1024], y: [64, 1024], a: [] };
  const made = make(shapes, ({ x, y, a }) => b.add(b.add(b.mul(a, x), y), b.add(b.mul(0.5, b.sqrt(b.square(x))), a)));
  const { y } = made.whole.outputs;
  await compare({ ...made, whole: program({ inputs: made.whole.inputs, outputs: { y } }) });
});

test("so it is of large blocked pictures", async () => {
  const shapes = { x: [1, 3, 64, 64], w: [16, 3, 1, 1], a: [] };
  const made = make(shapes, ({ x, w, a }) => {
    const y = b.conv2d(x, w);
    const shifted = b.add(b.mul(a, y), 0.5);
    return b.add(b.mul(2, shifted), b.tanh(y));
  });
  const { y } = made.whole.outputs;
  await compare({ ...made, whole: program({ inputs: made.whole.inputs, outputs: { y } }) });
});

test("a sum that is a result is a pass of its own: as part of a convolution it would first be copied", async () => {
  const made = make({ x: [64, 1024], y: [64, 1024], a: [] }, ({ x, y, a }) => b.add(b.mul(a, x), y));
  const { y } = made.whole.outputs;
  const whole = program({ inputs: made.whole.inputs, outputs: { y } });
  await compare({ ...made, whole });
  const block = await blockSize();
  if (block > 0) expect([nodesOf(whole, "Conv", { block }), nodesOf(whole, "Add", { block })]).toEqual([0, 1]);
});

const BODIES: Readonly<Record<string, { shapes: Shapes; build: (t: Readonly<Record<string, Tensor>>) => Tensor }>> = {
  "a residual block": {
    shapes: { x: [3, 16, 6, 5], w: [32, 16, 3, 3], v: [32, 32, 3, 3], s: [32, 16, 1, 1], scale: [32], shift: [32] },
    build: ({ x, w, v, s, scale, shift }) => {
      const norm = (y: Tensor): Tensor => b.batchNorm(y, { scale, shift }).y;
      const inner = b.relu(norm(b.conv2d(x, w, { stride: 2, padding: 1 })));
      return b.relu(b.add(norm(b.conv2d(inner, v, { padding: 1 })), norm(b.conv2d(x, s, { stride: 2 }))));
    },
  },
  "a pooling block": {
    shapes: { x: [2, 16, 5, 6], w: [64, 16, 1, 1], v: [16, 64, 1, 1], scale: [16], shift: [16], layer: [16] },
    build: ({ x, w, v, scale, shift, layer }) => {
      const start = b.conv2d(x, b.slice(w, [0, 0, 0, 0], [16, 16, 1, 1]));
      const normed = b.groupNorm(start, 1, { scale, shift });
      const mixed = b.sub(b.avgPool2d(normed, { kernel: 3, stride: 1, padding: 1 }), normed);
      const y = b.add(start, b.mul(mixed, b.reshape(layer, [-1, 1, 1])));
      return b.add(y, b.conv2d(b.gelu(b.conv2d(y, w)), v));
    },
  },
  "pools and a mean over the pixels": {
    shapes: { x: [2, 3, 12, 8], w: [16, 3, 3, 3], v: [16, 16, 3, 3] },
    build: ({ x, w, v }) => {
      const first = b.maxPool2d(b.relu(b.conv2d(x, w, { padding: 1 })), { kernel: 2 });
      const second = b.avgPool2d(b.conv2d(first, v, { padding: 1 }), { kernel: 2 });
      return b.globalAvgPool(b.leakyRelu(second));
    },
  },
  "groups of channels smaller than a block": {
    shapes: { x: [2, 16, 4, 4], w: [32, 16, 3, 3], scale: [32], shift: [32] },
    build: ({ x, w, scale, shift }) => b.groupNorm(b.conv2d(x, w, { padding: 1 }), 8, { scale, shift }),
  },
  "channels that are joined and parted": {
    shapes: { x: [2, 16, 4, 5], other: [2, 16, 4, 5], w: [32, 16, 3, 3], v: [32, 64, 3, 3] },
    build: ({ x, other, w, v }) => {
      const y = b.conv2d(x, w, { padding: 1 });
      const joined = b.conv2d(b.concat([other, y, b.tanh(other)], 1), v, { padding: 1 });
      const [first, second] = [0, 16].map((at) => b.slice(joined, [0, at, 0, 0], [2, at + 16, 4, 5]));
      const odd = b.slice(joined, [0, 8, 0, 0], [2, 24, 4, 5]);
      return b.concat([b.mul(first, second), b.add(odd, b.slice(y, [0, 16, 0, 0], [2, 32, 4, 5]))], 1);
    },
  },
  "a picture that two layouts need": {
    shapes: { x: [2, 16, 4, 4], w: [16, 16, 3, 3], other: [2, 16, 4, 4], row: [4] },
    build: ({ x, w, other, row }) => {
      const y = b.conv2d(x, w, { padding: 1 });
      return b.mul(b.add(b.maximum(y, other), row), b.transpose(b.transpose(y, [0, 1, 3, 2]), [0, 1, 3, 2]));
    },
  },
};

describe.each(Object.entries(BODIES))("%s", (_name, { shapes, build }) => {
  let block = 0;
  beforeAll(async () => {
    block = await blockSize();
  });

  test("agrees with the reference", () => compare(make(shapes, build)));

  test("is blocked where this machine can, and nowhere else", () => {
    expect(blockedOps(make(shapes, build), block) > 0).toBe(block > 0);
    expect(blockedOps(make(shapes, build), 0)).toBe(0);
  });
});

test.each([
  { kernel: 2, stride: 2, padding: 0, height: 6, width: 8 },
  { kernel: 2, stride: 2, padding: 0, height: 7, width: 5 },
  { kernel: 3, stride: 2, padding: 1, height: 8, width: 7 },
  { kernel: 3, stride: 1, padding: 1, height: 4, width: 5 },
  { kernel: 3, stride: 2, padding: 0, height: 9, width: 8 },
  { kernel: 1, stride: 2, padding: 0, height: 5, width: 4 },
  { kernel: 5, stride: 3, padding: 2, height: 11, width: 10 },
  { kernel: 2, stride: 3, padding: 1, height: 9, width: 10 },
])("a pool of $kernel by $stride, padded by $padding, over $height x $width", async (form) => {
  const { kernel, stride, padding, height, width } = form;
  const shapes = { x: [2, 16, height, width], w: [16, 16, 1, 1] };
  await compare(make(shapes, ({ x, w }) => b.maxPool2d(b.conv2d(x, w), { kernel, stride, padding })));
});

test("of equal maxima the first has the gradient, blocked too", async () => {
  const x = b.input("x", [1, 16, 2, 4]);
  const [g] = grad(b.reduceSum(b.maxPool2d(x, { kernel: 2 })), [x]);
  await using session = await onnxExecutor().compile(program({ inputs: [x], outputs: { g, y: b.reduceSum(x) } }));
  const ones = value(new Float32Array(128).fill(1), x.shape);
  expect([...(await session.run({ x: ones })).g.data].slice(0, 8)).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
});

/** Whether onnxruntime has kernels of its own layout on this machine. */
async function hasLayout(): Promise<boolean> {
  const onnx = new OnnxModel();
  const shape = [1, 16, 2, 2];
  const x = onnx.input("x", { shape, dtype: "float32" });
  onnx.output("y", { shape, dtype: "float32" }, onnx.op("com.microsoft.nchwc.MaxPool", [x], { kernel_shape: [1, 1] }));
  try {
    const session = await ort.InferenceSession.create(onnx.encode(), { logSeverityLevel: 4 });
    await session.run({ "in:x": new ort.Tensor("float32", new Float32Array(64), shape) });
    await session.release();
    return true;
  } catch {
    return false;
  }
}

// A form that were wrong would be refused at the start, and all tests here would pass on plain ones.
test("where onnxruntime has the layout every blocked form agrees with the plain one", async () => {
  expect((await blockSize()) > 0).toBe(process.arch === "x64" && (await hasLayout()));
});

test("neither ties nor zeros are mistaken for the padding", async () => {
  const [x, h] = [b.input("x", [1, 16, 9, 8]), b.input("h", [1, 16, 5, 4])];
  const pooled = b.maxPool2d(x, { kernel: 3, stride: 2, padding: 1 });
  const [g] = grad(b.reduceSum(b.mul(pooled, h)), [x]);
  const random = new Random(3);
  const numbers = Float64Array.from({ length: size(x.shape) }, () => Math.floor(2.3 * random.uniform()) - 1);
  const weights = Float64Array.from({ length: size(h.shape) }, (_, i) => i + 1);
  const feeds = { x: value(numbers, x.shape), h: value(weights, h.shape) };
  await compare({ whole: program({ inputs: [x, h], outputs: { g, pooled } }), feeds });
});

test("without its gradient a max pool is blocked too", async () => {
  const [x, w] = [b.input("x", [1, 3, 8, 8]), b.input("w", [16, 3, 3, 3])];
  const y = b.maxPool2d(b.conv2d(x, w, { padding: 1 }), { kernel: 3, stride: 2, padding: 1 });
  const random = new Random(2);
  const feed = (shape: Shape): Value =>
    value(
      Float64Array.from({ length: size(shape) }, () => random.normal()),
      shape,
    );
  await compare({ whole: program({ inputs: [x, w], outputs: { y } }), feeds: { x: feed(x.shape), w: feed(w.shape) } });
});
