/**
 * The rasteriser: depth-tested, textured, lit triangles into packed sRGB. Coverage and depth are kept at four samples a
 * pixel, which smooths every edge; colour is worked out once a pixel and triangle, at the pixel's middle. Light is
 * interpolated from the vertices, skin comes from the texture, bilinear, so texture moves with the skin by fractions
 * of a pixel.
 */
import type { Texture } from "../mesh.ts";

export interface Lit {
  readonly triangles: Uint32Array;
  /** x, y (pixels) and depth (mm, larger is nearer) of each vertex. */
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
  /** Four samples a pixel, one after the other: upper left, upper right, lower left, lower right. */
  readonly depth: Float32Array;
  /** Samples as 0xAABBGGRR. */
  readonly colour: Int32Array;
  readonly #tones: Tones;

  constructor(size: { width: number; height: number }, tones: Tones) {
    this.width = size.width;
    this.height = size.height;
    this.depth = new Float32Array(size.width * size.height * 4).fill(-Infinity);
    this.colour = new Int32Array(size.width * size.height * 4);
    this.#tones = tones;
  }

  /** Packs linear light into a sample. */
  pack(r: number, g: number, b: number): number {
    const table = this.#tones;
    return 0xff000000 | (byteOf(table, b) << 16) | (byteOf(table, g) << 8) | byteOf(table, r);
  }

  draw(surface: Lit): void {
    const { triangles, screen, uv, light, texture } = surface;
    const { width, height, depth, colour } = this;
    const table = this.#tones;
    const tw = texture.width;
    const th = texture.height;
    const texels = texture.rgb;
    const alpha = texture.alpha;
    const maxU = tw - 1.001;
    const maxV = th - 1.001;
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
      const left = ax + (bx < cx ? (bx < 0 ? bx : 0) : cx < 0 ? cx : 0);
      const right = ax + (bx > cx ? (bx > 0 ? bx : 0) : cx > 0 ? cx : 0);
      const top = ay + (by < cy ? (by < 0 ? by : 0) : cy < 0 ? cy : 0);
      const low = ay + (by > cy ? (by > 0 ? by : 0) : cy > 0 ? cy : 0);
      // The outermost samples lie a quarter inside a pixel.
      const x0 = Math.max(0, Math.ceil(left - 0.75));
      const x1 = Math.min(width - 1, Math.floor(right - 0.25));
      const y0 = Math.max(0, Math.ceil(top - 0.75));
      const y1 = Math.min(height - 1, Math.floor(low - 0.25));
      if (x0 > x1 || y0 > y1) continue;
      // Barycentric weights of b and c as planes over the screen.
      const inv = 1 / area;
      const wbx = cy * inv;
      const wby = -cx * inv;
      const wcx = -by * inv;
      const wcy = bx * inv;
      const az = screen[a * 3 + 2];
      const bz = screen[b * 3 + 2] - az;
      const cz = screen[c * 3 + 2] - az;
      const zx = (wbx * bz + wcx * cz) * 0.25;
      const zy = (wby * bz + wcy * cz) * 0.25;
      const bp = (wbx + wby) * 0.25;
      const bm = (wbx - wby) * 0.25;
      const cp = (wcx + wcy) * 0.25;
      const cm = (wcx - wcy) * 0.25;
      const la = a * 4;
      const lb = b * 4;
      const lc = c * 4;
      for (let y = y0; y <= y1; y++) {
        const py = y + 0.5 - ay;
        const px = x0 + 0.5 - ax;
        let wb = px * wbx + py * wby;
        let wc = px * wcx + py * wcy;
        let at = (y * width + x0) * 4;
        for (let x = x0; x <= x1; x++, at += 4, wb += wbx, wc += wcx) {
          const z = az + wb * bz + wc * cz;
          let hit = 0;
          if (wb >= bp - 1e-6 && wc >= cp - 1e-6 && wb + wc <= 1.000001 + bp + cp && z - zx - zy > depth[at]) hit = 1;
          if (wb >= -bm - 1e-6 && wc >= -cm - 1e-6 && wb + wc <= 1.000001 - bm - cm && z + zx - zy > depth[at + 1])
            hit |= 2;
          if (wb >= bm - 1e-6 && wc >= cm - 1e-6 && wb + wc <= 1.000001 + bm + cm && z - zx + zy > depth[at + 2])
            hit |= 4;
          if (wb >= -bp - 1e-6 && wc >= -cp - 1e-6 && wb + wc <= 1.000001 - bp - cp && z + zx + zy > depth[at + 3])
            hit |= 8;
          if (hit === 0) continue;
          const wa = 1 - wb - wc;
          let u = (wa * uv[a * 2] + wb * uv[b * 2] + wc * uv[c * 2]) * tw - 0.5;
          let v = (wa * uv[a * 2 + 1] + wb * uv[b * 2 + 1] + wc * uv[c * 2 + 1]) * th - 0.5;
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
            // Part-covered texels cover part of the samples.
            const cover = alpha[k] * w00 + alpha[k + 1] * w10 + alpha[k + tw] * w01 + alpha[k + tw + 1] * w11;
            if (cover < 0.125) continue;
            if (cover < 0.375) hit &= 8;
            else if (cover < 0.625) hit &= 9;
            else if (cover < 0.875) hit &= 11;
            if (hit === 0) continue;
          }
          const p = k * 3;
          const q = p + tw * 3;
          const s = wa * light[la + 3] + wb * light[lb + 3] + wc * light[lc + 3];
          const red =
            (texels[p] * w00 + texels[p + 3] * w10 + texels[q] * w01 + texels[q + 3] * w11) *
              (wa * light[la] + wb * light[lb] + wc * light[lc]) +
            s;
          const green =
            (texels[p + 1] * w00 + texels[p + 4] * w10 + texels[q + 1] * w01 + texels[q + 4] * w11) *
              (wa * light[la + 1] + wb * light[lb + 1] + wc * light[lc + 1]) +
            s;
          const blue =
            (texels[p + 2] * w00 + texels[p + 5] * w10 + texels[q + 2] * w01 + texels[q + 5] * w11) *
              (wa * light[la + 2] + wb * light[lb + 2] + wc * light[lc + 2]) +
            s;
          const sample = 0xff000000 | (byteOf(table, blue) << 16) | (byteOf(table, green) << 8) | byteOf(table, red);
          if ((hit & 1) !== 0) {
            depth[at] = z - zx - zy;
            colour[at] = sample;
          }
          if ((hit & 2) !== 0) {
            depth[at + 1] = z + zx - zy;
            colour[at + 1] = sample;
          }
          if ((hit & 4) !== 0) {
            depth[at + 2] = z - zx + zy;
            colour[at + 2] = sample;
          }
          if ((hit & 8) !== 0) {
            depth[at + 3] = z + zx + zy;
            colour[at + 3] = sample;
          }
        }
      }
    }
  }
}

function byteOf(table: Tones, linear: number): number {
  const i = (linear * (TONES / TONE_TOP)) | 0;
  return table[i < 0 ? 0 : i >= TONES ? TONES - 1 : i];
}
