/** Hairs painted onto a texture: thin tapering lines with soft edges. */
import type { Texture } from "../mesh.ts";
import { clamp } from "../numeric.ts";
import type { Rgb } from "./colour.ts";

export interface Stroke {
  /** Points in texels. */
  readonly points: readonly (readonly [number, number])[];
  readonly colour: Rgb;
  /** Width in texels at the root; the tip is fine. */
  readonly width: number;
  readonly opacity: number;
}

export function stroke(texture: Texture, line: Stroke): void {
  const { points, colour, opacity } = line;
  const { width, height } = texture;
  const parts = points.length - 1;
  for (let i = 0; i < parts; i++) {
    const [ax, ay] = points[i];
    const [bx, by] = points[i + 1];
    const dx = bx - ax;
    const dy = by - ay;
    const length2 = dx * dx + dy * dy || 1e-9;
    const reach = line.width / 2 + 1;
    for (let y = Math.floor(Math.min(ay, by) - reach); y <= Math.max(ay, by) + reach; y++) {
      for (let x = Math.floor(Math.min(ax, bx) - reach); x <= Math.max(ax, bx) + reach; x++) {
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const along = ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / length2;
        // Half-open, so that joints are not painted twice.
        if (along < 0 || along >= 1) continue;
        const taper = 1 - 0.75 * ((i + along) / parts);
        const off = Math.abs((x + 0.5 - ax) * dy - (y + 0.5 - ay) * dx) / Math.sqrt(length2);
        const cover = clamp((line.width * taper) / 2 + 0.5 - off, 0, 1) * Math.min(1, line.width * taper) * opacity;
        if (cover <= 0) continue;
        const at = y * width + x;
        for (let c = 0; c < 3; c++) texture.rgb[at * 3 + c] += (colour[c] - texture.rgb[at * 3 + c]) * cover;
        if (texture.alpha !== null) texture.alpha[at] = Math.max(texture.alpha[at], cover);
      }
    }
  }
}
