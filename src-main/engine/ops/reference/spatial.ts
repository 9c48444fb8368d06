/** Reference rows of matrix products, convolutions and pools. */
import { type Shape, size, type Tensor } from "../../graph.ts";
import type { ConvAttributes, PoolAttributes } from "../attributes.ts";
import { stretch } from "./elementwise.ts";
import type { ReferenceRows } from "./rule.ts";

interface Convolution extends ConvAttributes {
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
}

/** Visits every product of a convolution: the places in picture, filters and result that meet. */
function products(c: Convolution, visit: (x: number, w: number, y: number) => void): void {
  const [, channels, height, width] = c.x;
  const [filters, perGroup, kh, kw] = c.w;
  const [batch, , rows, columns] = c.y;
  const filtersPerGroup = filters / c.groups;
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < filters; o++)
      for (let r = 0; r < rows; r++)
        for (let q = 0; q < columns; q++) {
          const y = ((n * filters + o) * rows + r) * columns + q;
          const first = Math.floor(o / filtersPerGroup) * perGroup;
          for (let i = 0; i < perGroup; i++)
            for (let a = 0; a < kh; a++)
              for (let b = 0; b < kw; b++) {
                const v = r * c.stride[0] + a - c.padding[0];
                const u = q * c.stride[1] + b - c.padding[1];
                if (v < 0 || v >= height || u < 0 || u >= width) continue;
                visit(((n * channels + first + i) * height + v) * width + u, ((o * perGroup + i) * kh + a) * kw + b, y);
              }
        }
}

/** Visits the places of every pool window, window after window, row by row within it. */
function windows(x: Shape, y: Shape, { kernel, stride, padding }: PoolAttributes): number[][] {
  const [batch, channels, rows, columns] = y;
  const [, , height, width] = x;
  const out: number[][] = [];
  for (let plane = 0; plane < batch * channels; plane++)
    for (let r = 0; r < rows; r++)
      for (let q = 0; q < columns; q++) {
        const places: number[] = [];
        for (let a = 0; a < kernel[0]; a++)
          for (let b = 0; b < kernel[1]; b++) {
            const v = r * stride[0] + a - padding[0];
            const u = q * stride[1] + b - padding[1];
            if (v >= 0 && v < height && u >= 0 && u < width) places.push((plane * height + v) * width + u);
          }
        out.push(places);
      }
  return out;
}

/** The place of each window's first maximum. */
function winners(x: Float64Array, places: readonly number[][]): number[] {
  return places.map((window) => window.reduce((best, at) => (x[at] > x[best] ? at : best)));
}

const out = (node: Tensor): Float64Array => new Float64Array(size(node.shape));

type Spatial =
  | ("matmul" | "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad")
  | ("maxPool2d" | "maxPool2dScatter" | "maxPool2dGather" | "avgPool2d" | "avgPool2dGrad");

export const spatial: ReferenceRows<Spatial> = {
  matmul: (node, operands) => {
    const [m, n] = node.shape.slice(-2);
    const k = node.inputs[0].shape[node.inputs[0].shape.length - 1];
    const lead = node.shape.slice(0, -2);
    const [a, b] = operands.map((data, i) => {
      const { shape } = node.inputs[i];
      return stretch(data, shape, [...lead, ...shape.slice(-2)]);
    });
    const y = out(node);
    for (let batch = 0; batch < size(lead); batch++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let l = 0; l < k; l++) sum += a[(batch * m + i) * k + l] * b[(batch * k + l) * n + j];
          y[(batch * m + i) * n + j] = sum;
        }
    return y;
  },

  conv2d: (node, [x, w, bias]) => {
    const y = out(node);
    const [, filters, rows, columns] = node.shape;
    if (bias !== undefined) y.forEach((_, at) => (y[at] = bias[Math.floor(at / (rows * columns)) % filters]));
    const shapes = { x: node.inputs[0].shape, w: node.inputs[1].shape, y: node.shape };
    products({ ...node.attrs, ...shapes }, (i, j, k) => (y[k] += x[i] * w[j]));
    return y;
  },
  conv2dInputGrad: (node, [g, w]) => {
    const x = out(node);
    const shapes = { x: node.shape, w: node.inputs[1].shape, y: node.inputs[0].shape };
    products({ ...node.attrs, ...shapes }, (i, j, k) => (x[i] += g[k] * w[j]));
    return x;
  },
  conv2dWeightGrad: (node, [x, g]) => {
    const w = out(node);
    const shapes = { x: node.inputs[0].shape, w: node.shape, y: node.inputs[1].shape };
    products({ ...node.attrs, ...shapes }, (i, j, k) => (w[j] += x[i] * g[k]));
    return w;
  },

  maxPool2d: (node, [x]) =>
    Float64Array.from(winners(x, windows(node.inputs[0].shape, node.shape, node.attrs)), (at) => x[at]),
  maxPool2dScatter: (node, [x, g]) => {
    const sum = out(node);
    winners(x, windows(node.shape, node.inputs[1].shape, node.attrs)).forEach((at, i) => (sum[at] += g[i]));
    return sum;
  },
  maxPool2dGather: (node, [x, h]) =>
    Float64Array.from(winners(x, windows(node.inputs[0].shape, node.shape, node.attrs)), (at) => h[at]),
  avgPool2d: (node, [x]) =>
    Float64Array.from(
      windows(node.inputs[0].shape, node.shape, node.attrs),
      (window) => window.reduce((sum, at) => sum + x[at], 0) / window.length,
    ),
  avgPool2dGrad: (node, [g]) => {
    const sum = out(node);
    windows(node.shape, node.inputs[0].shape, node.attrs).forEach((window, i) => {
      for (const at of window) sum[at] += g[i] / window.length;
    });
    return sum;
  },
};
