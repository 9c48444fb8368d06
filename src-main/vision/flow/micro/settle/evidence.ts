/**
 * What two pictures say about the flow around each place of a lattice: the brightness error around it, linear in the
 * flow (Lucas and Kanade 1981), in deviations of what is left of it, so that a noisy picture says less.
 */
import type { Grey } from "../../../pictures/picture.ts";
import { type Flow, zeroFlow } from "../../flow.ts";
import { type Warped, warp, warped } from "../../warp.ts";
import { type Lattice, placeOf, spacingOf } from "../grid.ts";

/** For a change (a, b) of the flow in pixels: the error is xx a a + 2 xy a b + yy b b + 2 (x a + y b) and a constant. */
export interface Evidence {
  readonly xx: Float64Array;
  readonly xy: Float64Array;
  readonly yy: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Sigma, in steps of the lattice, of the neighbourhood that speaks for a place, and of that whose error is its noise. */
const NEIGHBOURHOOD = 0.75;
const NOISE_NEIGHBOURHOOD = 2.5;
/** Errors above this multiple of the picture's mean error count less and less: what was covered, shadows, glints. */
const OUTLIER = 2;
/** In local deviations (balance.ts): errors below are of the arithmetic, not of the camera. */
const LEAST_ERROR = 0.02;
const LEAST_VARIANCE = 1e-3;
/** Evidence is given in units of which the prior's weights are tenths to thousandths. */
const UNIT = 0.01;

export interface Looker {
  /** Evidence around `flow`, which is defined at every pixel of the frames. */
  readonly at: (flow: Flow) => Evidence;
}

/** Both frames balanced (balance.ts). */
export function looker({ onset, apex }: { onset: Grey; apex: Grey }, lattice: Lattice): Looker {
  const { width, height } = onset;
  const plane = () => new Float32Array(width * height);
  const still = warped(onset, zeroFlow(width, height));
  const moved: Warped = { value: plane(), dx: plane(), dy: plane() };
  const error = plane();
  const weight = plane();
  const product = plane();
  const near = gather(lattice, { width, height, sigma: NEIGHBOURHOOD * spacingOf(lattice) });
  const around = gather(lattice, { width, height, sigma: NOISE_NEIGHBOURHOOD * spacingOf(lattice) });

  const weigh = (): void => {
    let sum = 0;
    for (let i = 0; i < error.length; i++) {
      const outside = moved.dx[i] === 0 && moved.dy[i] === 0;
      error[i] = outside ? 0 : moved.value[i] - still.value[i];
      weight[i] = outside ? 0 : 1;
      sum += Math.abs(error[i]);
    }
    const usual = OUTLIER * Math.max(LEAST_ERROR, sum / error.length);
    for (let i = 0; i < error.length; i++) weight[i] /= 1 + (error[i] / usual) ** 2;
  };
  const gathered = (by: typeof near, of: (i: number) => number): Float64Array => {
    for (let i = 0; i < product.length; i++) product[i] = weight[i] === 0 ? 0 : weight[i] * of(i);
    return by(product);
  };
  const gx = (i: number): number => (still.dx[i] + moved.dx[i]) / 2;
  const gy = (i: number): number => (still.dy[i] + moved.dy[i]) / 2;

  return {
    at: (flow) => {
      warp(apex, flow, moved);
      weigh();
      const squares = gathered(around, (i) => error[i] * error[i]);
      const weights = gathered(around, () => 1);
      const scale = squares.map((square, i) => UNIT / (square / (weights[i] + 1e-3) + LEAST_VARIANCE));
      const scaled = (of: (i: number) => number): Float64Array =>
        gathered(near, of).map((value, i) => value * scale[i]);
      return {
        xx: scaled((i) => gx(i) * gx(i)),
        xy: scaled((i) => gx(i) * gy(i)),
        yy: scaled((i) => gy(i) * gy(i)),
        x: scaled((i) => gx(i) * error[i]),
        y: scaled((i) => gy(i) * error[i]),
      };
    },
  };
}

interface Window {
  readonly width: number;
  readonly height: number;
  readonly sigma: number;
}

/** Gaussian means of a plane around each place; what lies outside the frame counts as 0. */
function gather({ rows, columns, factor }: Lattice, { width, height, sigma }: Window) {
  const taps = (places: number, pixels: number) =>
    Array.from({ length: places }, (_, place) => {
      const centre = placeOf(place, factor);
      const first = Math.max(0, Math.ceil(centre - 3 * sigma));
      const last = Math.min(pixels - 1, Math.floor(centre + 3 * sigma));
      const weights = Float64Array.from(
        { length: Math.max(0, last - first + 1) },
        (_w, k) => Math.exp(-((first + k - centre) ** 2) / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI)),
      );
      return { first, weights };
    });
  const [across, down] = [taps(columns, width), taps(rows, height)];
  const narrow = new Float64Array(height * columns);
  return (plane: Float32Array): Float64Array => {
    for (let y = 0; y < height; y++)
      for (let c = 0; c < columns; c++) {
        const { first, weights } = across[c];
        const from = y * width + first;
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * plane[from + k];
        narrow[y * columns + c] = sum;
      }
    const out = new Float64Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      const { first, weights } = down[r];
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * narrow[(first + k) * columns + c];
        out[r * columns + c] = sum;
      }
    }
    return out;
  };
}
