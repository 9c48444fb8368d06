/**
 * The inner problem of TV-L1 (Zach, Pock and Bischof 2007; IPOL 2013, algorithm 1): around a given flow the brightness
 * error is linear, rho(u) = c + gx u + gy v, and
 *     minimise  sum |grad u| + |grad v| + lambda |rho|
 * is split by an auxiliary flow (tightness theta): a thresholding step for the data, Chambolle's projection of a dual
 * field for the total variation, in turns.
 */

/** Working arrays of one pyramid level, reused by every warp. */
export interface LevelState {
  readonly width: number;
  readonly height: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Dual fields of u and v. */
  readonly pux: Float32Array;
  readonly puy: Float32Array;
  readonly pvx: Float32Array;
  readonly pvy: Float32Array;
  /** Image gradient and constant part of the brightness error. */
  readonly gx: Float32Array;
  readonly gy: Float32Array;
  readonly constant: Float32Array;
}

export interface SolveOptions {
  readonly lambda: number;
  readonly theta: number;
  readonly tau: number;
  readonly iterations: number;
  /** Ends when the flow's mean change in one iteration is below this many pixels. */
  readonly epsilon: number;
}

/** Improves state.u and state.v in place. */
export function solve(state: LevelState, options: SolveOptions): void {
  const enough = options.epsilon ** 2 * state.width * state.height;
  for (let n = 0; n < options.iterations; n++) {
    const change = primal(state, options);
    dual(state, options.tau / options.theta);
    if (change < enough) return;
  }
}

/** Thresholding and the divergence of the dual field; returns the squared change of the flow, summed. */
function primal(state: LevelState, options: SolveOptions): number {
  const { width, height, u, v, pux, puy, pvx, pvy, gx, gy, constant } = state;
  const { lambda, theta } = options;
  const limit = lambda * theta;
  let change = 0;
  for (let y = 0, i = 0; y < height; y++) {
    const above = y > 0 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const ix = gx[i];
      const iy = gy[i];
      const square = ix * ix + iy * iy;
      const rho = constant[i] + ix * u[i] + iy * v[i];
      // The step along the gradient that minimises lambda |rho| + |step|^2 / (2 theta).
      let step = 0;
      if (rho < -limit * square) step = limit;
      else if (rho > limit * square) step = -limit;
      else if (square > 1e-9) step = -rho / square;
      let divU = pux[i] + puy[i];
      let divV = pvx[i] + pvy[i];
      if (x > 0) {
        divU -= pux[i - 1];
        divV -= pvx[i - 1];
      }
      if (above > 0) {
        divU -= puy[i - width];
        divV -= pvy[i - width];
      }
      const du = step * ix + theta * divU;
      const dv = step * iy + theta * divV;
      u[i] += du;
      v[i] += dv;
      change += du * du + dv * dv;
    }
  }
  return change;
}

/** p <- (p + k grad u) / (1 + k |grad u|), forward differences, 0 across the last row and column. */
function dual(state: LevelState, k: number): void {
  const { width, height, u, v, pux, puy, pvx, pvy } = state;
  const lastX = width - 1;
  for (let y = 0, i = 0; y < height; y++) {
    const below = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const beside = x < lastX ? 1 : 0;
      const ux = u[i + beside] - u[i];
      const uy = u[i + below] - u[i];
      const vx = v[i + beside] - v[i];
      const vy = v[i + below] - v[i];
      const ku = 1 / (1 + k * Math.sqrt(ux * ux + uy * uy));
      const kv = 1 / (1 + k * Math.sqrt(vx * vx + vy * vy));
      pux[i] = (pux[i] + k * ux) * ku;
      puy[i] = (puy[i] + k * uy) * ku;
      pvx[i] = (pvx[i] + k * vx) * kv;
      pvy[i] = (pvy[i] + k * vy) * kv;
    }
  }
}
