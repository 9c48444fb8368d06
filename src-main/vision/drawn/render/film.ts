/** The camera's own part of a picture: backdrop, supersampling, exposure, colour or grey, and the sensor's noise. */
import type { Picture } from "../../pictures/picture.ts";
import { type Draw, clamp, noise, smoothstep } from "../numeric.ts";
import type { Camera } from "./camera.ts";
import { Raster, tones } from "./raster.ts";

export interface FilmOptions {
  readonly camera: Camera;
  readonly exposure: number;
  readonly contrast: number;
  readonly grey: boolean;
  /** Standard deviation of the noise, in display bytes. */
  readonly grain: number;
  /** Linear light of the wall behind, and where (0..1) it is brightest. */
  readonly wall: readonly [number, number, number];
  readonly bright: { readonly x: number; readonly y: number };
  /** Decides the wall's cloudiness and the noise's pattern. */
  readonly draw: Draw;
}

const NOISE_LENGTH = 1 << 15;

export class Film {
  readonly raster: Raster;
  readonly #options: FilmOptions;
  readonly #backdrop: Int32Array;
  readonly #noise: Float32Array;

  constructor(options: FilmOptions) {
    const { camera, draw } = options;
    this.#options = options;
    this.raster = new Raster(camera, tones(options));
    this.#backdrop = backdrop(options, this.raster);
    // A bell-shaped sum of three uniform numbers of 17 bits, cut out of one draw; no tails worth having in 8 bits.
    this.#noise = Float32Array.from({ length: NOISE_LENGTH }, () => {
      const a = draw() * 131072;
      const b = (a % 1) * 131072;
      const c = (b % 1) * 131072;
      return ((Math.floor(a) + Math.floor(b) + Math.floor(c)) / 131072 - 1.5) * 2 * options.grain;
    });
  }

  /** Clears to the backdrop. */
  clear(): void {
    this.raster.colour.set(this.#backdrop);
    this.raster.depth.fill(-Infinity);
  }

  /** The picture as the camera stores it. `grain` (0..1): where in the noise this frame begins; `gain`: of the amplifier. */
  develop(o: { grain: number; gain: number }): Picture {
    const { camera, grey } = this.#options;
    const { width, height } = camera;
    const samples = this.raster.colour;
    const grain = this.#noise;
    const rgb = new Uint8Array(width * height * 3);
    let n = Math.floor(o.grain * NOISE_LENGTH);
    const quarter = 0.25 * o.gain;
    for (let y = 0, at = 0, k = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += 3, k += 4) {
        const a = samples[k];
        const c = samples[k + 1];
        const d = samples[k + 2];
        const e = samples[k + 3];
        const r = ((a & 255) + (c & 255) + (d & 255) + (e & 255)) * quarter;
        const g = (((a >> 8) & 255) + ((c >> 8) & 255) + ((d >> 8) & 255) + ((e >> 8) & 255)) * quarter;
        const b = (((a >> 16) & 255) + ((c >> 16) & 255) + ((d >> 16) & 255) + ((e >> 16) & 255)) * quarter;
        const luma = grain[n & (NOISE_LENGTH - 1)];
        if (grey) {
          const value = clamp(0.299 * r + 0.587 * g + 0.114 * b + luma + 0.5, 0, 255);
          rgb[at] = value;
          rgb[at + 1] = value;
          rgb[at + 2] = value;
          n++;
        } else {
          rgb[at] = clamp(r + 0.7 * luma + 0.5 * grain[(n + 1) & (NOISE_LENGTH - 1)] + 0.5, 0, 255);
          rgb[at + 1] = clamp(g + 0.8 * luma + 0.5, 0, 255);
          rgb[at + 2] = clamp(b + 0.7 * luma + 0.7 * grain[(n + 2) & (NOISE_LENGTH - 1)] + 0.5, 0, 255);
          n += 3;
        }
      }
    }
    return { width, height, rgb };
  }
}

function backdrop(options: FilmOptions, raster: Raster): Int32Array {
  const { wall, bright, draw } = options;
  const cloud = noise(draw);
  const { width, height } = raster;
  const out = new Int32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x / width;
      const v = y / height;
      const far = Math.hypot((u - bright.x) * (width / height), v - bright.y);
      const k = (1.12 - 0.5 * smoothstep(far, 0, 1.3)) * (1 + 0.02 * cloud(u * 5, v * 5));
      out.fill(raster.pack(wall[0] * k, wall[1] * k, wall[2] * k), (y * width + x) * 4, (y * width + x + 1) * 4);
    }
  }
  return out;
}
