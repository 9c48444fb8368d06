/** Gaussian smoothing of grey pictures. */
import type { Grey } from "../pictures/picture.ts";

/** The border is repeated; sigma in pixels, 0 leaves the picture as it is. */
export function smooth(grey: Grey, sigma: number): Grey {
  if (sigma <= 0) return grey;
  const { width, height, data } = grey;
  const kernel = gaussian(sigma);
  const along = new Float32Array(data.length);
  blur({ from: data, to: along, count: height, length: width, outer: width, inner: 1 }, kernel);
  const both = new Float32Array(data.length);
  blur({ from: along, to: both, count: width, length: height, outer: 1, inner: width }, kernel);
  return { width, height, data: both };
}

interface Lines {
  readonly from: Float32Array;
  readonly to: Float32Array;
  /** `count` lines of `length` numbers; line n begins at n * outer, its numbers stand `inner` apart. */
  readonly count: number;
  readonly length: number;
  readonly outer: number;
  readonly inner: number;
}

function blur(lines: Lines, kernel: Float64Array): void {
  const { from, to, count, length, outer, inner } = lines;
  const reach = kernel.length - 1;
  for (let n = 0; n < count; n++) {
    const start = n * outer;
    for (let i = 0; i < length; i++) {
      let sum = kernel[0] * from[start + i * inner];
      for (let k = 1; k <= reach; k++) {
        const before = i < k ? 0 : i - k;
        const after = i + k >= length ? length - 1 : i + k;
        sum += kernel[k] * (from[start + before * inner] + from[start + after * inner]);
      }
      to[start + i * inner] = sum;
    }
  }
}

/** One half of the kernel, centre first; the whole sums to 1. */
function gaussian(sigma: number): Float64Array {
  const half = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, k) =>
    Math.exp((-k * k) / (2 * sigma * sigma)),
  );
  const total = half.reduce((sum, value) => sum + 2 * value, -half[0]);
  return half.map((value) => value / total);
}
