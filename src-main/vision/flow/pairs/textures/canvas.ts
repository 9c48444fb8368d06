/** Canvases: pictures larger and finer than the frames that are cut out of them, and the strokes they are made of. */
import type { Random } from "../../../../engine/random.ts";
import type { Picture } from "../../../pictures/picture.ts";

/** Side of a canvas in its pixels. */
export const CANVAS = 384;

export type Colour = readonly [number, number, number];

/** Paints a canvas; the stream decides everything. */
export type Texture = (random: Random) => Picture;

export const between = (random: Random, low: number, high: number) => low + (high - low) * random.uniform();

export const chance = (random: Random, p: number) => random.uniform() < p;

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)];
}

export const anyColour = (random: Random): Colour => [
  255 * random.uniform(),
  255 * random.uniform(),
  255 * random.uniform(),
];

/** A canvas whose pixel (x, y) is what `paint` puts into its second argument; values beyond 0..255 are cut. */
export function painted(paint: (x: number, y: number, rgb: Float64Array) => void): Picture {
  const bytes = new Uint8ClampedArray(CANVAS * CANVAS * 3);
  const rgb = new Float64Array(3);
  for (let y = 0, i = 0; y < CANVAS; y++) {
    for (let x = 0; x < CANVAS; x++, i += 3) {
      paint(x, y, rgb);
      bytes.set(rgb, i);
    }
  }
  return { width: CANVAS, height: CANVAS, rgb: new Uint8Array(bytes.buffer) };
}

const LATTICE = 64;

/** Smooth noise of one octave: values -1..1 on a lattice of cells of `cell` pixels, blended smoothly between. */
export function octave(random: Random, cell: number): (x: number, y: number) => number {
  const values = Float32Array.from({ length: LATTICE * LATTICE }, () => 2 * random.uniform() - 1);
  const [x0, y0] = [LATTICE * random.uniform(), LATTICE * random.uniform()];
  return (x, y) => {
    const gx = x / cell + x0;
    const gy = y / cell + y0;
    const ix = Math.floor(gx);
    const iy = Math.floor(gy);
    const ax = gx - ix;
    const ay = gy - iy;
    const sx = ax * ax * (3 - 2 * ax);
    const sy = ay * ay * (3 - 2 * ay);
    const left = ix & (LATTICE - 1);
    const right = (ix + 1) & (LATTICE - 1);
    const top = (iy & (LATTICE - 1)) * LATTICE;
    const low = ((iy + 1) & (LATTICE - 1)) * LATTICE;
    const above = values[top + left] + (values[top + right] - values[top + left]) * sx;
    const below = values[low + left] + (values[low + right] - values[low + left]) * sx;
    return above + (below - above) * sy;
  };
}

/** Several octaves from `coarse` pixels down, each half as wide and `roughness` times as high as the one before. */
export function octaves(
  random: Random,
  o: { readonly coarse: number; readonly count: number; readonly roughness: number },
): (x: number, y: number) => number {
  const layers = Array.from({ length: o.count }, (_, k) => ({
    height: o.roughness ** k,
    at: octave(random, o.coarse / 2 ** k),
  }));
  const total = Math.hypot(...layers.map((layer) => layer.height));
  return (x, y) => {
    let sum = 0;
    for (const { height, at } of layers) sum += height * at(x, y);
    return sum / total;
  };
}

export interface Brush {
  readonly rgb: Colour;
  /** Pixels. */
  readonly width: number;
  /** 0..1 */
  readonly alpha: number;
}

/** A soft-edged stroke through the points. */
export function stroke(picture: Picture, points: readonly (readonly [number, number])[], brush: Brush): void {
  for (let i = 1; i < points.length; i++) segment(picture, [points[i - 1], points[i]], brush);
}

function segment(
  { rgb, width: side }: Picture,
  [a, b]: readonly [readonly [number, number], readonly [number, number]],
  brush: Brush,
): void {
  const half = brush.width / 2;
  const reach = half + 1;
  const x0 = Math.max(0, Math.floor(Math.min(a[0], b[0]) - reach));
  const x1 = Math.min(side - 1, Math.ceil(Math.max(a[0], b[0]) + reach));
  const y0 = Math.max(0, Math.floor(Math.min(a[1], b[1]) - reach));
  const y1 = Math.min(side - 1, Math.ceil(Math.max(a[1], b[1]) + reach));
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const square = dx * dx + dy * dy || 1;
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const t = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / square));
      const far = Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
      const cover = brush.alpha * Math.min(1, Math.max(0, half + 0.5 - far));
      if (cover === 0) continue;
      const at = (y * side + x) * 3;
      for (let c = 0; c < 3; c++) rgb[at + c] += (brush.rgb[c] - rgb[at + c]) * cover;
    }
  }
}
