/** Small smooth functions that every part of the drawn head is built from. */

export const clamp = (x: number, low: number, high: number) => (x < low ? low : x > high ? high : x);

export const mix = (a: number, b: number, t: number) => a + (b - a) * t;

/** 0 at or below `from`, 1 at or above `to` (either order), with zero slope at both. */
export function smoothstep(x: number, from: number, to: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** (1 - r2)^3 inside the unit disc, 0 outside: smooth to the second derivative, and exactly local. */
export function bump(r2: number): number {
  if (r2 >= 1) return 0;
  const t = 1 - r2;
  return t * t * t;
}

/** A local hill of height 1 at `at`, gone beyond the radii (mm). */
export function hill(p: Point, at: Point, radii: Point): number {
  const dx = (p.x - at.x) / radii.x;
  const dy = (p.y - at.y) / radii.y;
  return bump(dx * dx + dy * dy);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A maximum with a rounded corner of size k. */
export function smoothMax(a: number, b: number, k: number): number {
  const d = Math.max(0, k - Math.abs(a - b));
  return Math.max(a, b) + (d * d) / (4 * k);
}

/** Monotone cubic interpolation (Fritsch and Carlson 1980) through keys sorted by x; constant outside. */
export function curve(keys: readonly (readonly [number, number])[]): (x: number) => number {
  const n = keys.length;
  const slope = Array.from({ length: n - 1 }, (_, i) => (keys[i + 1][1] - keys[i][1]) / (keys[i + 1][0] - keys[i][0]));
  const tangent = Array.from({ length: n }, (_, i) => {
    if (i === 0) return slope[0];
    if (i === n - 1) return slope[n - 2];
    return slope[i - 1] * slope[i] <= 0 ? 0 : (2 * slope[i - 1] * slope[i]) / (slope[i - 1] + slope[i]);
  });
  return (x) => {
    if (x <= keys[0][0]) return keys[0][1];
    if (x >= keys[n - 1][0]) return keys[n - 1][1];
    let i = 0;
    while (x > keys[i + 1][0]) i++;
    const h = keys[i + 1][0] - keys[i][0];
    const t = (x - keys[i][0]) / h;
    const u = 1 - t;
    return (
      keys[i][1] * (1 + 2 * t) * u * u +
      keys[i + 1][1] * t * t * (3 - 2 * t) +
      h * (tangent[i] * t * u * u - tangent[i + 1] * t * t * u)
    );
  };
}

/** A source of numbers in [0, 1): the caller decides the stream, so that drawing is deterministic. */
export type Draw = () => number;

export const between = (draw: Draw, low: number, high: number) => low + (high - low) * draw();

/** Bell-shaped around 0, within [-1, 1]: the mean of three uniform numbers, stretched. */
export const bell = (draw: Draw) => (2 * (draw() + draw() + draw())) / 3 - 1;

export function pick<T>(draw: Draw, items: readonly T[]): T {
  return items[Math.floor(draw() * items.length)];
}

/** Smooth noise over the plane, mean 0, within [-1, 1], period 128 lattice cells. */
export type Noise = (x: number, y: number) => number;

const PERIOD = 128;

export function noise(draw: Draw): Noise {
  const lattice = new Float32Array(PERIOD * PERIOD);
  // Three lattice values of 17 bits out of each draw.
  for (let i = 0; i < lattice.length; i += 3) {
    const a = draw() * 131072;
    const b = (a % 1) * 131072;
    const c = (b % 1) * 131072;
    lattice[i] = Math.floor(a) / 65536 - 1;
    if (i + 1 < lattice.length) lattice[i + 1] = Math.floor(b) / 65536 - 1;
    if (i + 2 < lattice.length) lattice[i + 2] = Math.floor(c) / 65536 - 1;
  }
  const mask = PERIOD - 1;
  return (x, y) => {
    const fx = Math.floor(x);
    const fy = Math.floor(y);
    const tx = x - fx;
    const ty = y - fy;
    const sx = tx * tx * (3 - 2 * tx);
    const sy = ty * ty * (3 - 2 * ty);
    const x0 = fx & mask;
    const x1 = (fx + 1) & mask;
    const y0 = (fy & mask) * PERIOD;
    const y1 = ((fy + 1) & mask) * PERIOD;
    const top = lattice[y0 + x0] + (lattice[y0 + x1] - lattice[y0 + x0]) * sx;
    const low = lattice[y1 + x0] + (lattice[y1 + x1] - lattice[y1 + x0]) * sx;
    return top + (low - top) * sy;
  };
}
