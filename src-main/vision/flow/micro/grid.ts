/**
 * Between pictures and the network's numbers. Micro-motions are fractions of a pixel, so the network sees both frames
 * enlarged; and place i of its eighth grid looks at pixel 8 * i (each of its strides of 2 keeps pixel 0 where it was),
 * so that is where the grid's flow is true, and from where it is interpolated.
 */
import type { Flow } from "../flow.ts";
import type { Picture } from "../../pictures/picture.ts";
import { type Plane, resample } from "../../pictures/resample.ts";
import { CELL } from "../raft/upsample.ts";

/** The places of the network's eighth grid. */
export interface Lattice {
  readonly rows: number;
  readonly columns: number;
  /** How many times the network sees the frame enlarged. */
  readonly factor: number;
}

/** Pixels of the frame from one place to the next. */
export const spacingOf = ({ factor }: Lattice): number => CELL / factor;

/** R, G and B planes of a picture, 0..255. */
export function toPlanes({ width, height, rgb }: Picture): Plane[] {
  return [0, 1, 2].map((c) => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => rgb[3 * i + c]),
  }));
}

/** Planes enlarged `factor` times, one after the other; their right and lower border repeated up to `size`. */
export function enlargedPlanes(
  planes: readonly Plane[],
  factor: number,
  size: { readonly width: number; readonly height: number },
): Float32Array {
  const out = new Float32Array(planes.length * size.width * size.height);
  planes.forEach((plane, c) => {
    const to = { width: plane.width * factor, height: plane.height * factor };
    const large = resample(plane, to);
    for (let y = 0; y < size.height; y++) {
      const from = Math.min(y, to.height - 1) * to.width;
      const at = (c * size.height + y) * size.width;
      out.set(large.subarray(from, from + to.width), at);
      out.fill(large[from + to.width - 1], at + to.width, at + size.width);
    }
  });
  return out;
}

/** The frame's coordinate (pixels, not enlarged) that place `i` of the grid looks at. */
export const placeOf = (i: number, factor: number): number => (CELL * i + 0.5) / factor - 0.5;

/** A grid's flow, [2, rows, columns] in places of the grid, to one a pixel of the frame: Catmull-Rom, borders repeated. */
export function gridToFlow(
  grid: Float32Array,
  { rows, columns, factor }: Lattice,
  size: { readonly width: number; readonly height: number },
): Flow {
  const { width, height } = size;
  const across = taps(width, columns, factor);
  const down = taps(height, rows, factor);
  const plane = (from: number): Float32Array => {
    const wide = new Float32Array(rows * width);
    for (let r = 0; r < rows; r++)
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (const [i, w] of across[x]) sum += w * grid[from + r * columns + i];
        wide[r * width + x] = sum;
      }
    const out = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (const [i, w] of down[y]) sum += w * wide[i * width + x];
        out[y * width + x] = (sum * CELL) / factor;
      }
    return out;
  };
  return { width, height, u: plane(0), v: plane(rows * columns) };
}

function taps(pixels: number, places: number, factor: number): (readonly [number, number])[][] {
  return Array.from({ length: pixels }, (_, x) => {
    const at = Math.min(places - 1, Math.max(0, ((x + 0.5) * factor - 0.5) / CELL));
    const first = Math.floor(at);
    const t = at - first;
    const weights = [
      -0.5 * t ** 3 + t ** 2 - 0.5 * t,
      1.5 * t ** 3 - 2.5 * t ** 2 + 1,
      -1.5 * t ** 3 + 2 * t ** 2 + 0.5 * t,
      0.5 * t ** 3 - 0.5 * t ** 2,
    ];
    return weights.map((w, k) => [Math.min(places - 1, Math.max(0, first + k - 1)), w] as const);
  });
}
