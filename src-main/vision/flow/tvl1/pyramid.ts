/** Coarse to fine: halving a picture, doubling a flow. Coarse pixel X stands over fine pixel 2X. */
import type { Grey } from "../../pictures/picture.ts";
import { zeroFlow, type Flow } from "../flow.ts";
import { smooth } from "../smooth.ts";

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
