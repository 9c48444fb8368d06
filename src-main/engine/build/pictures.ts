/** What models do to whole pictures [N, C, H, W]: scaling, neighbourhoods, sampling between pixels. */
import type { Tensor } from "../graph.ts";
import type { Pair } from "../ops/attributes.ts";
import { abs, add, cast, clamp, mul, sub } from "./elementwise.ts";
import { broadcast, concat, gather, pad, reshape, slice, transpose } from "./layout.ts";
import { constant } from "./leaves.ts";
import { misfit } from "./make.ts";
import { reduceSum } from "./reduce.ts";
import { matmul } from "./spatial.ts";

/** Every pixel repeated `factor` times along both axes. */
export function upsampleNearest(x: Tensor, factor: number): Tensor {
  if (x.shape.length !== 4) throw misfit("upsampleNearest", [x], "it takes [N, C, H, W]");
  const [n, c, h, w] = x.shape;
  const apart = reshape(x, [n, c, h, 1, w, 1]);
  return reshape(broadcast(apart, [n, c, h, factor, w, factor]), [n, c, h * factor, w * factor]);
}

/** Beyond, a matrix of one axis would fill the memory. */
const LARGEST = 2 ** 15;

/** The matrix [to, from] of linear interpolation along one axis. */
function interpolation(from: number, to: number, alignCorners: boolean): Tensor {
  const weights = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = alignCorners ? (i * (from - 1)) / Math.max(to - 1, 1) : ((i + 0.5) * from) / to - 0.5;
    const inside = Math.min(Math.max(at, 0), from - 1);
    const low = Math.floor(inside);
    weights[i * from + low] += 1 - (inside - low);
    if (inside > low) weights[i * from + low + 1] += inside - low;
  }
  return constant(weights, [to, from]);
}

export interface ResizeOptions {
  /** Height and width of the result. */
  readonly size: Pair;
  /** Whether the centres of the corner pixels stay in place, or the picture's edges (the default). */
  readonly alignCorners?: boolean;
}

/** Bilinear interpolation without smoothing, as PyTorch's `interpolate`: two products with small matrices. */
export function resizeBilinear(x: Tensor, { size: [rows, columns], alignCorners = false }: ResizeOptions): Tensor {
  if (x.shape.length !== 4 || ![rows, columns].every((n) => Number.isInteger(n) && n > 0 && n <= LARGEST))
    throw misfit("resizeBilinear", [x], `it takes [N, C, H, W] and a size up to ${LARGEST}, not ${rows}x${columns}`);
  const [, , h, w] = x.shape;
  const across = matmul(x, transpose(interpolation(w, columns, alignCorners)));
  return matmul(interpolation(h, rows, alignCorners), across);
}

export interface UnfoldOptions {
  readonly kernel: number;
  /** Zeros on each side. */
  readonly padding: number;
}

/** Each pixel's kernel x kernel neighbourhood, row by row: [N, C, H, W] -> [N, C, kernel * kernel, H', W']. */
export function unfold(x: Tensor, { kernel, padding }: UnfoldOptions): Tensor {
  if (x.shape.length !== 4 || !Number.isInteger(kernel) || kernel < 1)
    throw misfit("unfold", [x], `it takes [N, C, H, W] and a kernel of at least 1, not ${kernel}`);
  const around = pad(x, [0, 0, padding, padding], [0, 0, padding, padding]);
  const [n, c, h, w] = around.shape;
  const [rows, columns] = [h - kernel + 1, w - kernel + 1];
  const taps = Array.from({ length: kernel * kernel }, (_, tap) => {
    const [a, b] = [Math.floor(tap / kernel), tap % kernel];
    return reshape(slice(around, [0, 0, a, b], [n, c, a + rows, b + columns]), [n, c, 1, rows, columns]);
  });
  return concat(taps, 2);
}

/**
 * The picture between its pixels, bilinear, zero outside: [N, C, H, W] at places [N, 2, h, w] gives [N, C, h, w].
 * `places` holds x, then y, in pixels; 0 is the centre of the first. Both operands receive gradients; that towards the
 * places jumps where one falls on a pixel's row or column.
 */
export function bilinearSample(x: Tensor, places: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  const [, , rows, columns] = places.shape;
  if (x.shape.length !== 4 || places.shape.length !== 4 || places.shape[0] !== n || places.shape[1] !== 2)
    throw misfit("bilinearSample", [x, places], "it takes [N, C, H, W] and places [N, 2, h, w]");
  // A border of zeros holds whatever lies outside, so that no place needs a mask.
  const [high, wide] = [h + 3, w + 3];
  const bordered = pad(x, [0, 0, 1, 1], [0, 0, 2, 2]);
  const pixels = reshape(transpose(bordered, [0, 2, 3, 1]), [n * high * wide, c]);

  const along = (axis: number, length: number) => {
    const given = reshape(slice(places, [0, axis, 0, 0], [n, axis + 1, rows, columns]), [n, rows, columns]);
    const at = add(clamp(given, -1, length), 1);
    const low = cast(at, "int32");
    const after = reshape(sub(at, cast(low, "float32")), [n, rows, columns, 1]);
    return { low, shares: [sub(1, after), after] as const };
  };
  const [across, down] = [along(0, w), along(1, h)];
  const picture = whole(
    Array.from({ length: n }, (_, i) => i * high * wide),
    [n, 1, 1],
  );
  const corner = add(add(mul(down.low, whole([wide], [])), across.low), picture);

  const part = (a: 0 | 1, b: 0 | 1): Tensor =>
    mul(gather(pixels, add(corner, whole([a * wide + b], []))), mul(down.shares[a], across.shares[b]));
  const sum = add(add(part(0, 0), part(0, 1)), add(part(1, 0), part(1, 1)));
  return transpose(sum, [0, 3, 1, 2]);
}

const whole = (numbers: readonly number[], shape: readonly number[]): Tensor => constant(numbers, shape, "int32");

/** Sum of the absolute differences between neighbouring pixels, of each picture: [N, C, H, W] -> [N]. */
export function totalVariation(x: Tensor): Tensor {
  if (x.shape.length !== 4 || x.shape[2] < 2 || x.shape[3] < 2)
    throw misfit("totalVariation", [x], "it takes [N, C, H, W] with at least two rows and two columns");
  const [n, c, h, w] = x.shape;
  const part = (start: Pair, end: Pair): Tensor => slice(x, [0, 0, ...start], [n, c, ...end]);
  const down = sub(part([1, 0], [h, w]), part([0, 0], [h - 1, w]));
  const across = sub(part([0, 1], [h, w]), part([0, 0], [h, w - 1]));
  return add(reduceSum(abs(down), [1, 2, 3]), reduceSum(abs(across), [1, 2, 3]));
}
