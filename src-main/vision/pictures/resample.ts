/** Resizing planes of real numbers: a triangle filter (bilinear when enlarging, widened when shrinking), separable. */

export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export function resample(plane: Plane, to: { readonly width: number; readonly height: number }): Float32Array {
  const { width, height } = to;
  if (plane.width === width && plane.height === height) return plane.data;
  const across = taps(plane.width, width);
  const down = taps(plane.height, height);
  const rows = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const { first, weights } = across[x];
      for (let k = 0; k < weights.length; k++) sum += weights[k] * plane.data[y * plane.width + first + k];
      rows[y * width + x] = sum;
    }
  }
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * rows[(first + k) * width + x];
      out[y * width + x] = sum;
    }
  }
  return out;
}

interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** For each of `to` pixels the pixels of `from` that it averages; pixel centres stand at halves, borders repeat. */
function taps(from: number, to: number): Taps[] {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  return Array.from({ length: to }, (_, n) => {
    const centre = (n + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const weights = new Float64Array(last - first + 1);
    for (let k = Math.ceil(centre - reach); k <= Math.floor(centre + reach); k++) {
      const inside = Math.min(from - 1, Math.max(0, k));
      weights[inside - first] += Math.max(0, 1 - Math.abs(k - centre) / reach);
    }
    const total = weights.reduce((sum, w) => sum + w, 0);
    return { first, weights: weights.map((w) => w / total) };
  });
}
