/** Coarse to fine: smoothing, halving a picture, doubling a flow. Coarse pixel X stands over fine pixel 2X. */
import type { Grey } from "../../pictures/picture.ts";
import { zeroFlow, type Flow } from "../flow.ts";

/** Gaussian smoothing, the border repeated; sigma in pixels, 0 leaves the picture as it is. */
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

/** IPOL 2013, section 3.3: the smoothing that a reduction by 2 needs, 0.6 * sqrt(1 / 0.5^2 - 1). */
const HALVING_SIGMA = 0.6 * Math.sqrt(3);

export function halve(grey: Grey): Grey {
  const from = smooth(grey, HALVING_SIGMA).data;
  const width = Math.ceil(grey.width / 2);
  const height = Math.ceil(grey.height / 2);
  const data = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) data[i] = from[2 * y * grey.width + 2 * x];
  }
  return { width, height, data };
}

/** The finest picture first. Halves at most `scales - 1` times, and not below 16 pixels a side. */
export function pyramid(finest: Grey, scales: number): Grey[] {
  const levels = [finest];
  let last = finest;
  while (levels.length < scales && Math.min(last.width, last.height) >= 32) {
    last = halve(last);
    levels.push(last);
  }
  return levels;
}

/** A coarse flow as the start of the next finer level: bilinear, vectors twice as long. */
export function double(flow: Flow, width: number, height: number): Flow {
  const fine = zeroFlow(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    const y0 = y >> 1;
    const y1 = y & 1 ? Math.min(y0 + 1, flow.height - 1) : y0;
    for (let x = 0; x < width; x++, i++) {
      const x0 = x >> 1;
      const x1 = x & 1 ? Math.min(x0 + 1, flow.width - 1) : x0;
      const a = y0 * flow.width + x0;
      const b = y0 * flow.width + x1;
      const c = y1 * flow.width + x0;
      const d = y1 * flow.width + x1;
      // The mean of the four corners (which coincide on even rows and columns), times two.
      fine.u[i] = (flow.u[a] + flow.u[b] + flow.u[c] + flow.u[d]) / 2;
      fine.v[i] = (flow.v[a] + flow.v[b] + flow.v[c] + flow.v[d]) / 2;
    }
  }
  return fine;
}
