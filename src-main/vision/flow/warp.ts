/**
 * Looks up the apex picture where the flow points, with Keys' bicubic interpolation (Catmull-Rom, a = -1/2), and its
 * gradient there: the derivative of the same interpolant, which at whole pixels is the central difference.
 */
import type { Grey } from "../pictures/picture.ts";
import type { Flow } from "./flow.ts";

export interface Warped {
  readonly value: Float32Array;
  readonly dx: Float32Array;
  readonly dy: Float32Array;
}

/** As `warp`, into arrays of its own. */
export function warped(apex: Grey, flow: Flow): Warped {
  const plane = () => new Float32Array(apex.data.length);
  const into: Warped = { value: plane(), dx: plane(), dy: plane() };
  warp(apex, flow, into);
  return into;
}

/** Fills `into`. Where the flow points outside the picture, the gradient is 0, so that no data term acts there. */
export function warp(apex: Grey, flow: Flow, into: Warped): void {
  const { width, height, data } = apex;
  const { u, v } = flow;
  const { value, dx, dy } = into;
  const right = width - 1;
  const bottom = height - 1;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let px = x + u[i];
      let py = y + v[i];
      const outside = px < 0 || py < 0 || px > right || py > bottom;
      if (outside) {
        px = px < 0 ? 0 : px > right ? right : px;
        py = py < 0 ? 0 : py > bottom ? bottom : py;
      }
      const cx = Math.floor(px);
      const cy = Math.floor(py);
      const s = px - cx;
      const t = py - cy;
      const s2 = s * s;
      const s3 = s2 * s;
      const t2 = t * t;
      const t3 = t2 * t;
      // Weights of the four neighbours, and their derivatives (d), along x (a) and y (b).
      const a0 = -0.5 * s3 + s2 - 0.5 * s;
      const a1 = 1.5 * s3 - 2.5 * s2 + 1;
      const a2 = -1.5 * s3 + 2 * s2 + 0.5 * s;
      const a3 = 0.5 * s3 - 0.5 * s2;
      const da0 = -1.5 * s2 + 2 * s - 0.5;
      const da1 = 4.5 * s2 - 5 * s;
      const da2 = -4.5 * s2 + 4 * s + 0.5;
      const da3 = 1.5 * s2 - s;
      const x0 = cx > 0 ? cx - 1 : 0;
      const x2 = cx < right ? cx + 1 : right;
      const x3 = cx + 1 < right ? cx + 2 : right;
      const r1 = cy * width;
      const r0 = cy > 0 ? r1 - width : r1;
      const r2 = cy < bottom ? r1 + width : r1;
      const r3 = cy + 1 < bottom ? r2 + width : r2;
      const v0 = a0 * data[r0 + x0] + a1 * data[r0 + cx] + a2 * data[r0 + x2] + a3 * data[r0 + x3];
      const v1 = a0 * data[r1 + x0] + a1 * data[r1 + cx] + a2 * data[r1 + x2] + a3 * data[r1 + x3];
      const v2 = a0 * data[r2 + x0] + a1 * data[r2 + cx] + a2 * data[r2 + x2] + a3 * data[r2 + x3];
      const v3 = a0 * data[r3 + x0] + a1 * data[r3 + cx] + a2 * data[r3 + x2] + a3 * data[r3 + x3];
      const b0 = -0.5 * t3 + t2 - 0.5 * t;
      const b1 = 1.5 * t3 - 2.5 * t2 + 1;
      const b2 = -1.5 * t3 + 2 * t2 + 0.5 * t;
      const b3 = 0.5 * t3 - 0.5 * t2;
      value[i] = b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3;
      if (outside) {
        dx[i] = 0;
        dy[i] = 0;
        continue;
      }
      const db0 = -1.5 * t2 + 2 * t - 0.5;
      const db1 = 4.5 * t2 - 5 * t;
      const db2 = -4.5 * t2 + 4 * t + 0.5;
      const db3 = 1.5 * t2 - t;
      dy[i] = db0 * v0 + db1 * v1 + db2 * v2 + db3 * v3;
      dx[i] =
        b0 * (da0 * data[r0 + x0] + da1 * data[r0 + cx] + da2 * data[r0 + x2] + da3 * data[r0 + x3]) +
        b1 * (da0 * data[r1 + x0] + da1 * data[r1 + cx] + da2 * data[r1 + x2] + da3 * data[r1 + x3]) +
        b2 * (da0 * data[r2 + x0] + da1 * data[r2 + cx] + da2 * data[r2 + x2] + da3 * data[r2 + x3]) +
        b3 * (da0 * data[r3 + x0] + da1 * data[r3 + cx] + da2 * data[r3 + x2] + da3 * data[r3 + x3]);
    }
  }
}
