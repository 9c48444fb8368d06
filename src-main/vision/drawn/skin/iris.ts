/** The eye's texture: sclera with fine veins, caruncle, iris with fibres and limbal ring, pupil, and the catch-light. */
import { EYE_PATCH } from "../head/eyes.ts";
import type { Identity } from "../identity.ts";
import type { Texture } from "../mesh.ts";
import { type Draw, between, mix, noise, smoothstep } from "../numeric.ts";
import { type Rgb, mixRgb, rgb } from "./colour.ts";

const IRISES: Record<Identity["iris"], { inner: Rgb; outer: Rgb }> = {
  brown: { inner: rgb(98, 62, 36), outer: rgb(48, 29, 19) },
  hazel: { inner: rgb(136, 98, 52), outer: rgb(82, 80, 52) },
  green: { inner: rgb(138, 128, 82), outer: rgb(84, 104, 82) },
  blue: { inner: rgb(142, 156, 164), outer: rgb(82, 112, 142) },
};

const SCLERA: Rgb = rgb(226, 217, 210);
const CORNER: Rgb = rgb(206, 132, 122);

export interface IrisOptions {
  readonly who: Identity;
  readonly draw: Draw;
  readonly density: number;
  /** Which eye, as the viewer sees it: -1 left, 1 right. */
  readonly side: -1 | 1;
  /** Where the lamps are mirrored, in mm from the pupil (x to the viewer's right, y up), and how bright. */
  readonly glints: readonly { readonly x: number; readonly y: number; readonly size: number; readonly power: number }[];
  /** Pupil radius, mm. */
  readonly pupil: number;
}

export const IRIS_RADIUS = 5.9;

export function paintEye(o: IrisOptions): Texture {
  const width = Math.round(2 * EYE_PATCH.x * o.density);
  const height = Math.round(2 * EYE_PATCH.y * o.density);
  const texels = new Float32Array(width * height * 3);
  const colours = IRISES[o.who.iris];
  const fibre = noise(o.draw);
  const veins = noise(o.draw);
  const turn = between(o.draw, 0, 40);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const x = ((i + 0.5) / width) * 2 * EYE_PATCH.x - EYE_PATCH.x;
      const y = EYE_PATCH.y - ((j + 0.5) / height) * 2 * EYE_PATCH.y;
      const out = x * o.side;
      // The gaze meets in front of the face: the iris sits a little towards the nose.
      const ix = x + 0.9 * o.side;
      const r = Math.hypot(ix, y);
      // Sclera: darker and pinker towards the corners, veins that thin out towards the iris.
      const edge = smoothstep(r, 8, 15);
      let c: Rgb = mixRgb(SCLERA, [SCLERA[0] * 0.78, SCLERA[1] * 0.62, SCLERA[2] * 0.58], edge * 0.75);
      const vein =
        smoothstep(Math.abs(veins(x * 0.5 + 2.2 * veins(x * 0.2, y * 0.3), y * 1.1)), 0.09, 0.0) *
        smoothstep(r, 7, 12) *
        0.2;
      c = [c[0] * (1 - 0.2 * vein), c[1] * (1 - vein), c[2] * (1 - vein)];
      const caruncle = smoothstep(out, -11.2, -14);
      c = mixRgb(c, CORNER, caruncle * 0.9);
      const inside = smoothstep(r, IRIS_RADIUS + 0.35, IRIS_RADIUS - 0.3);
      if (inside > 0) {
        const angle = (Math.atan2(y, ix) / Math.PI) * 64 + turn;
        const strands = 0.5 * fibre(angle * 0.9, r * 0.35) + 0.5 * fibre(angle * 0.35 + 9, r * 0.5 + 7);
        const t = smoothstep(r, o.pupil, IRIS_RADIUS * 0.92);
        let iris = mixRgb(colours.inner, colours.outer, t);
        const shade =
          (1 + 0.55 * strands) *
          mix(1, 0.4, smoothstep(r, IRIS_RADIUS * 0.82, IRIS_RADIUS)) *
          mix(1.25, 0.85, smoothstep(y, -4, 4));
        iris = [iris[0] * shade, iris[1] * shade, iris[2] * shade];
        const hole = smoothstep(r, o.pupil + 0.25, o.pupil - 0.2);
        iris = mixRgb(iris, [0.002, 0.002, 0.002], hole);
        c = mixRgb(c, iris, inside);
      }
      let glint = 0;
      for (const g of o.glints) {
        const d = Math.max(Math.abs(ix - g.x) / g.size, Math.abs(y - g.y) / (g.size * 1.25));
        glint += g.power * smoothstep(d, 1.15, 0.75);
      }
      // Wet corners shine a little.
      glint += 0.15 * smoothstep(Math.hypot(out + 13.2, y + 0.6), 0.9, 0.3);
      const at = (j * width + i) * 3;
      texels[at] = c[0] + glint;
      texels[at + 1] = c[1] + glint;
      texels[at + 2] = c[2] + glint * 1.03;
    }
  }
  return { width, height, rgb: texels, alpha: null };
}
