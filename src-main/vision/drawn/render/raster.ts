/**
 * The rasteriser: depth-tested, textured, lit triangles into packed sRGB samples at `zoom` times the picture's size;
 * averaging the samples smooths every edge. Light is interpolated from the vertices, skin comes from the texture,
 * bilinear, so texture moves with the skin by fractions of a pixel.
 */
import type { Texture } from "../mesh.ts";

export interface Lit {
  readonly triangles: Uint32Array;
  /** x, y (samples) and depth (mm, larger is nearer) of each vertex. */
  readonly screen: Float32Array;
  readonly uv: Float32Array;
  /** Diffuse r, g, b, and added gloss, of each vertex; linear light. */
  readonly light: Float32Array;
  readonly texture: Texture;
}

const TONES = 8192;
const TONE_TOP = 2;

/** Linear light to a display byte, as a table over 0..2. */
export type Tones = Uint8Array;

/** The sRGB curve behind a soft shoulder: whites roll off instead of clipping. */
export function tones(options: { exposure: number; contrast: number }): Tones {
  return Uint8Array.from({ length: TONES }, (_, i) => {
    const linear = ((i + 0.5) / TONES) * TONE_TOP * options.exposure;
    const rolled = linear < 0.6 ? linear : 0.6 + 0.4 * (1 - Math.exp(-(linear - 0.6) / 0.4));
    const display = rolled <= 0.0031308 ? 12.92 * rolled : 1.055 * rolled ** (1 / 2.4) - 0.055;
    const bent = display + options.contrast * display * (1 - display) * (2 * display - 1);
    return Math.round(255 * Math.min(1, Math.max(0, bent)));
  });
}

export class Raster {
  readonly width: number;
  readonly height: number;
  readonly depth: Float32Array;
  /** Samples as 0xAABBGGRR. */
  readonly colour: Uint32Array;
  readonly #tones: Tones;

  constructor(size: { width: number; height: number }, tones: Tones) {
    this.width = size.width;
    this.height = size.height;
    this.depth = new Float32Array(size.width * size.height).fill(-Infinity);
    this.colour = new Uint32Array(size.width * size.height);
    this.#tones = tones;
  }

  /** Packs linear light into a sample. */
  pack(r: number, g: number, b: number): number {
    return packed(this.#tones, r, g, b);
  }

  draw(surface: Lit): void {
    const { triangles, screen, uv, light, texture } = surface;
    const { width, height, depth, colour } = this;
    const table = this.#tones;
    const tw = texture.width;
    const texels = texture.rgb;
    const alpha = texture.alpha;
    const maxU = texture.width - 1.001;
    const maxV = texture.height - 1.001;
    for (let t = 0; t < triangles.length; t += 3) {
      const a = triangles[t];
      const b = triangles[t + 1];
      const c = triangles[t + 2];
      const ax = screen[a * 3];
      const ay = screen[a * 3 + 1];
      const bx = screen[b * 3] - ax;
      const by = screen[b * 3 + 1] - ay;
      const cx = screen[c * 3] - ax;
      const cy = screen[c * 3 + 1] - ay;
      // On screen y runs downwards, so triangles that face the viewer have a negative area here.
      const area = bx * cy - by * cx;
      if (area > -1e-6) continue;
      const x0 = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx) - 0.5));
      const x1 = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) - 0.5));
      const y0 = Math.max(0, Math.ceil(ay + Math.min(0, by, cy) - 0.5));
      const y1 = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy) - 0.5));
      if (x0 > x1 || y0 > y1) continue;
      const inv = 1 / area;
      // Barycentric weights of b and c as planes over the screen.
      const wbx = cy * inv;
      const wby = -cx * inv;
      const wcx = -by * inv;
      const wcy = bx * inv;
      const az = screen[a * 3 + 2];
      const bz = screen[b * 3 + 2] - az;
      const cz = screen[c * 3 + 2] - az;
      const au = uv[a * 2];
      const av = uv[a * 2 + 1];
      const bu = uv[b * 2] - au;
      const bv = uv[b * 2 + 1] - av;
      const cu = uv[c * 2] - au;
      const cv = uv[c * 2 + 1] - av;
      const a4 = a * 4;
      const b4 = b * 4;
      const c4 = c * 4;
      const lr = light[a4];
      const lg = light[a4 + 1];
      const lb = light[a4 + 2];
      const ls = light[a4 + 3];
      const br = light[b4] - lr;
      const bg = light[b4 + 1] - lg;
      const bb = light[b4 + 2] - lb;
      const bs = light[b4 + 3] - ls;
      const cr = light[c4] - lr;
      const cg = light[c4 + 1] - lg;
      const cb = light[c4 + 2] - lb;
      const cs = light[c4 + 3] - ls;
      for (let y = y0; y <= y1; y++) {
        const py = y + 0.5 - ay;
        let px = x0 + 0.5 - ax;
        let wb = px * wbx + py * wby;
        let wc = px * wcx + py * wcy;
        for (let x = x0; x <= x1; x++, px++, wb += wbx, wc += wcx) {
          if (wb < -1e-5 || wc < -1e-5 || wb + wc > 1.00001) continue;
          const at = y * width + x;
          const z = az + wb * bz + wc * cz;
          if (z <= depth[at]) continue;
          let u = (au + wb * bu + wc * cu) * tw - 0.5;
          let v = (av + wb * bv + wc * cv) * texture.height - 0.5;
          u = u < 0 ? 0 : u > maxU ? maxU : u;
          v = v < 0 ? 0 : v > maxV ? maxV : v;
          const iu = u | 0;
          const iv = v | 0;
          const fu = u - iu;
          const fv = v - iv;
          const w11 = fu * fv;
          const w10 = fu - w11;
          const w01 = fv - w11;
          const w00 = 1 - fu - w01;
          const k = iv * tw + iu;
          if (alpha !== null) {
            const cover = alpha[k] * w00 + alpha[k + 1] * w10 + alpha[k + tw] * w01 + alpha[k + tw + 1] * w11;
            if (cover < 0.5) continue;
          }
          depth[at] = z;
          const p = k * 3;
          const q = p + tw * 3;
          const s = ls + wb * bs + wc * cs;
          const r =
            (texels[p] * w00 + texels[p + 3] * w10 + texels[q] * w01 + texels[q + 3] * w11) * (lr + wb * br + wc * cr) +
            s;
          const g =
            (texels[p + 1] * w00 + texels[p + 4] * w10 + texels[q + 1] * w01 + texels[q + 4] * w11) *
              (lg + wb * bg + wc * cg) +
            s;
          const bl =
            (texels[p + 2] * w00 + texels[p + 5] * w10 + texels[q + 2] * w01 + texels[q + 5] * w11) *
              (lb + wb * bb + wc * cb) +
            s;
          colour[at] = packed(table, r, g, bl);
        }
      }
    }
  }
}

function packed(table: Tones, r: number, g: number, b: number): number {
  let ri = (r * (TONES / TONE_TOP)) | 0;
  let gi = (g * (TONES / TONE_TOP)) | 0;
  let bi = (b * (TONES / TONE_TOP)) | 0;
  ri = ri < 0 ? 0 : ri >= TONES ? TONES - 1 : ri;
  gi = gi < 0 ? 0 : gi >= TONES ? TONES - 1 : gi;
  bi = bi < 0 ? 0 : bi >= TONES ? TONES - 1 : bi;
  return (0xff000000 | (table[bi] << 16) | (table[gi] << 8) | table[ri]) >>> 0;
}
