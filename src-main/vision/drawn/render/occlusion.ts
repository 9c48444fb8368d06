/**
 * Darkness that a head casts on itself, once per recording: a depth map seen from the front, openness to the sky from
 * the horizons around each vertex, and how much of the key lamp (an area, so soft-edged) each vertex sees.
 */
import type { Mesh } from "../mesh.ts";
import type { Lamp } from "./light.ts";

const CELL = 1.6; // mm
const WIDE = 190;
const TALL = 260;
const LEFT = -(WIDE * CELL) / 2;
const TOP = 155;

/** Depth (mm) of the nearest surface at each cell; -200 where there is none. */
export class DepthMap {
  readonly #depth = new Float32Array(WIDE * TALL).fill(-200);

  add(mesh: Mesh): void {
    const { position: p, triangles } = mesh;
    for (let t = 0; t < triangles.length; t += 3) {
      const a = triangles[t] * 3;
      const b = triangles[t + 1] * 3;
      const c = triangles[t + 2] * 3;
      const bx = p[b] - p[a];
      const by = p[b + 1] - p[a + 1];
      const cx = p[c] - p[a];
      const cy = p[c + 1] - p[a + 1];
      const area = bx * cy - by * cx;
      if (area < 1e-6) continue;
      const x0 = Math.max(0, Math.ceil((p[a] + Math.min(0, bx, cx) - LEFT) / CELL));
      const x1 = Math.min(WIDE - 1, Math.floor((p[a] + Math.max(0, bx, cx) - LEFT) / CELL));
      const y0 = Math.max(0, Math.ceil((TOP - p[a + 1] - Math.max(0, by, cy)) / CELL));
      const y1 = Math.min(TALL - 1, Math.floor((TOP - p[a + 1] - Math.min(0, by, cy)) / CELL));
      for (let y = y0; y <= y1; y++) {
        for (let x = x0; x <= x1; x++) {
          const px = LEFT + x * CELL - p[a];
          const py = TOP - y * CELL - p[a + 1];
          const wb = (px * cy - py * cx) / area;
          const wc = (bx * py - by * px) / area;
          if (wb < -1e-4 || wc < -1e-4 || wb + wc > 1.0001) continue;
          const z = p[a + 2] + wb * (p[b + 2] - p[a + 2]) + wc * (p[c + 2] - p[a + 2]);
          const at = y * WIDE + x;
          if (z > this.#depth[at]) this.#depth[at] = z;
        }
      }
    }
  }

  at(x: number, y: number): number {
    const fx = (x - LEFT) / CELL;
    const fy = (TOP - y) / CELL;
    if (fx < 0 || fy < 0 || fx >= WIDE - 1 || fy >= TALL - 1) return -200;
    const ix = fx | 0;
    const iy = fy | 0;
    const tx = fx - ix;
    const ty = fy - iy;
    const k = iy * WIDE + ix;
    const d = this.#depth;
    return (d[k] * (1 - tx) + d[k + 1] * tx) * (1 - ty) + (d[k + WIDE] * (1 - tx) + d[k + WIDE + 1] * tx) * ty;
  }
}

const DIRECTIONS = Array.from({ length: 10 }, (_, i) => [
  Math.cos((i * Math.PI) / 5 + 0.3),
  Math.sin((i * Math.PI) / 5 + 0.3),
]);
const REACHES = [2.5, 5, 9, 15, 25, 38];

/** Openness of each vertex: 1 on a plain, towards 0 in a crevice. */
export function openness(map: DepthMap, mesh: Mesh, out: Float32Array): void {
  const p = mesh.position;
  for (let v = 0; v < mesh.count; v++) {
    const x = p[v * 3];
    const y = p[v * 3 + 1];
    const z = p[v * 3 + 2] + 0.8;
    let blocked = 0;
    for (const [dx, dy] of DIRECTIONS) {
      let horizon = 0;
      for (const reach of REACHES) {
        const rise = map.at(x + dx * reach, y + dy * reach) - z;
        if (rise <= 0) continue;
        const sine = rise / Math.hypot(rise, reach);
        // Far walls count less: beyond them there is open sky.
        const near = sine * (1 - reach / 60);
        if (near > horizon) horizon = near;
      }
      blocked += horizon;
    }
    out[v] = Math.max(0.05, 1 - (0.9 * blocked) / DIRECTIONS.length);
  }
}

/** Share of the key lamp that each vertex sees, 0..1, with penumbrae that widen with the distance of the caster. */
export function lampVisibility(map: DepthMap, mesh: Mesh, to: { lamp: Lamp; out: Float32Array }): void {
  const [lx, ly, lz] = to.lamp.to;
  const p = mesh.position;
  for (let v = 0; v < mesh.count; v++) {
    let seen = 1;
    let t = 3;
    while (t < 90) {
      const gap = p[v * 3 + 2] + 1 + lz * t - map.at(p[v * 3] + lx * t, p[v * 3 + 1] + ly * t);
      seen = Math.min(seen, 0.5 + (3.2 * gap) / t);
      if (seen <= 0) break;
      t += 2 + t * 0.12;
    }
    to.out[v] = Math.min(1, Math.max(0, seen));
  }
}

/** Averages a value of each vertex with its neighbours', `times` over. */
export function soften(mesh: Mesh, values: Float32Array, times: number): void {
  const sum = new Float32Array(values.length);
  const weight = new Float32Array(values.length);
  const { triangles } = mesh;
  for (let n = 0; n < times; n++) {
    sum.fill(0);
    weight.fill(0);
    for (let t = 0; t < triangles.length; t += 3) {
      const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
      const mean = (values[a] + values[b] + values[c]) / 3;
      sum[a] += mean;
      sum[b] += mean;
      sum[c] += mean;
      weight[a]++;
      weight[b]++;
      weight[c]++;
    }
    for (let i = 0; i < values.length; i++) if (weight[i] > 0) values[i] = sum[i] / weight[i];
  }
}
