/** Textures of hair: strands run down the texture; the lower edge frays into tips. */
import type { Texture } from "../mesh.ts";
import { type Draw, clamp, mix, noise, smoothstep } from "../numeric.ts";
import { type Rgb, hairColour } from "../skin/colour.ts";

export interface TressOptions {
  readonly draw: Draw;
  readonly melanin: number;
  readonly width: number;
  readonly height: number;
  /** Share of the height over which the tips fray out. */
  readonly fray: number;
  /** How far strands lean across while running down, in widths. */
  readonly lean: number;
  /** Strands across the width. */
  readonly strands: number;
  /** Whether the side edges fray too (curtains). */
  readonly sides: boolean;
}

export function paintTresses(o: TressOptions): Texture {
  const { width, height } = o;
  const texels = new Float32Array(width * height * 3);
  const alpha = new Float32Array(width * height);
  const wide = noise(o.draw);
  const thin = noise(o.draw);
  const base = hairColour(o.melanin);
  const light: Rgb = hairColour(Math.max(0, o.melanin - 0.16));
  for (let j = 0; j < height; j++) {
    const v = (j + 0.5) / height;
    for (let i = 0; i < width; i++) {
      const u = (i + 0.5) / width;
      const across = (u + o.lean * v * v) * o.strands;
      const lock = wide(across * 0.16, v * 2.2);
      const strand = thin(across, v * 5 + lock);
      const hair = thin(across * 2.7 + 31, v * 9);
      const wisp = thin(across * 6.1 + 9, v * 4 + 50);
      const shade =
        clamp(0.85 + 0.5 * lock + 0.6 * strand + 0.5 * hair + 0.35 * wisp, 0.14, 2.4) *
        mix(1, 0.8, smoothstep(v, 0.75, 1));
      const t = clamp(0.35 + 0.5 * lock + 0.3 * strand, 0, 1);
      const at = j * width + i;
      for (let c = 0; c < 3; c++) texels[at * 3 + c] = mix(base[c], light[c], t) * shade;
      // A strand's end depends on the strand alone, so that no tip floats free.
      const column = (u + o.lean) * o.strands;
      const end =
        0.45 * thin(column * 2.7 + 31, 5.5) + 0.55 * thin(column * 6.1 + 9, 60.5) + 0.2 * wide(column * 0.16, 70.5);
      const length = 1 - o.fray * clamp(0.5 - end, 0, 1.2);
      let cover = smoothstep(v, length + 0.012, length - 0.012);
      if (o.sides) {
        const gap = 0.02 + 0.012 * strand + 0.01 * wide(v * 6, u > 0.5 ? 3 : 60);
        cover = Math.min(cover, smoothstep(Math.min(u, 1 - u), gap - 0.003, gap + 0.003));
      }
      alpha[at] = cover;
    }
  }
  return { width, height, rgb: texels, alpha };
}
