/** The all-pairs correlation pyramid and its look-up (core/corr.py of the authors' code). */
import {
  abs,
  add,
  avgPool2d,
  concat,
  constant,
  matmul,
  mul,
  relu,
  reshape,
  slice,
  sub,
  type Tensor,
  transpose,
} from "../../../engine/index.ts";
import { LEVELS } from "./model.ts";

/** One level: for each place p of picture 1 the map of its correlations with picture 2, turned: [N * P, width, height]. */
export interface Level {
  readonly maps: Tensor;
  readonly width: number;
  readonly height: number;
}

/**
 * Dot products of the features [N, D, h, w] of both pictures over sqrt(D), and their 2x2 means three times over.
 * A mean of dot products is the dot product with a mean: the second picture's features are pooled, not the large maps.
 * Odd sizes lose their last row and column, as in the authors' pooling.
 */
export function correlationPyramid(first: Tensor, second: Tensor): readonly Level[] {
  const [n, depth, h, w] = first.shape;
  const rows = mul(transpose(reshape(first, [n, depth, h * w]), [0, 2, 1]), 1 / Math.sqrt(depth));
  const levels: Level[] = [];
  let features = second;
  for (let level = 0; level < LEVELS; level++) {
    if (level > 0) features = avgPool2d(features, { kernel: 2 });
    const [, , height, width] = features.shape;
    const columns = reshape(transpose(features, [0, 1, 3, 2]), [n, depth, width * height]);
    levels.push({ maps: reshape(matmul(rows, columns), [n * h * w, width, height]), width, height });
  }
  return levels;
}

/**
 * Correlations around where each place has gone: bilinear samples at `coords` / 2^level + whole steps of -radius..radius,
 * 0 outside the maps. coords: [N, 2, h, w], x then y on the eighth grid. Gives [N, LEVELS * (2 * radius + 1)^2, h, w];
 * within a level the slow index moves x, the fast one y.
 *
 * Bilinear weights are a hat along x times a hat along y, so a window is two small matrix products: no index leaves a
 * map, and the gradient towards the maps is two products again.
 */
export function lookUp(pyramid: readonly Level[], coords: Tensor, radius: number): Tensor {
  const [n, , h, w] = coords.shape;
  const places = n * h * w;
  const span = 2 * radius + 1;
  const axis = (channel: 0 | 1): Tensor =>
    reshape(slice(coords, [0, channel, 0, 0], [n, channel + 1, h, w]), [places, 1, 1]);
  const [x, y] = [axis(0), axis(1)];
  const windows = pyramid.map(({ maps, width, height }, level) => {
    const scale = 1 / 2 ** level;
    const alongX = hats(
      mul(x, scale),
      offsets(span, width, (step, at) => step - radius - at),
      [1, span, width],
    );
    const alongY = hats(
      mul(y, scale),
      offsets(height, span, (at, step) => step - radius - at),
      [1, height, span],
    );
    return reshape(matmul(matmul(alongX, maps), alongY), [n, h * w, span * span]);
  });
  return reshape(transpose(concat(windows, 2), [0, 2, 1]), [n, LEVELS * span * span, h, w]);
}

function offsets(rows: number, columns: number, of: (row: number, column: number) => number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => of(Math.floor(i / columns), i % columns));
}

/** max(0, 1 - |place + offset|) */
function hats(place: Tensor, offset: readonly number[], shape: readonly number[]): Tensor {
  return relu(sub(1, abs(add(place, constant(offset, shape)))));
}
