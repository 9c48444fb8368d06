/** Brows as single hairs: upright at the inner end, lying outwards towards the tail. */
import { BROW_Y } from "../head/features.ts";
import { girthAt, skinUv } from "../head/skull.ts";
import type { Identity } from "../identity.ts";
import type { Texture } from "../mesh.ts";
import { type Draw, bell, between, curve } from "../numeric.ts";
import { hairColour, mixRgb } from "./colour.ts";
import { stroke } from "./strokes.ts";

/** Half-thickness (mm) along the brow, inner to outer. */
const half = curve([
  [0, 3.0],
  [0.15, 3.7],
  [0.5, 3.3],
  [0.8, 2.1],
  [1, 0.6],
]);

export function paintBrows(texture: Texture, o: { who: Identity; draw: Draw }): void {
  const { who, draw } = o;
  const hair = hairColour(Math.max(0.4, who.hairMelanin));
  const centre = (t: number) => {
    const x = 11 + 40 * t;
    const arch = who.browArch * Math.sin(Math.PI * Math.min(1, t / 1.32)) + 1.6 * Math.sin(Math.PI * t * 0.75);
    return { x, y: BROW_Y - 1 + who.browHeight + arch - 5.2 * Math.max(0, t - 0.6) ** 1.4 - 0.4 };
  };
  const count = Math.round(620 * who.browThickness);
  for (const side of [-1, 1]) {
    // Skin under the hairs is shaded a little, so that the brow reads as one shape from afar.
    for (let n = 0; n < 26; n++) {
      const t = n / 26;
      const points = [t - 0.03, t, t + 0.05].map((q) => {
        const c = centre(Math.max(0, q));
        const [u, v] = skinUv(girthAt(side * c.x, c.y), c.y);
        return [u * texture.width, v * texture.height] as const;
      });
      const width = 1.5 * half(t) * (texture.width / 276);
      stroke(texture, { points, colour: hair, width, opacity: 0.1 * who.browThickness });
    }
    for (let n = 0; n < count; n++) {
      const t = Math.min(0.99, draw() ** 0.92);
      const across = bell(draw) * 1.15;
      const thick = half(t) * (0.72 + 0.28 * who.browThickness);
      const c = centre(t);
      const angle = 1.15 * (1 - t) ** 1.6 + 0.12 - 0.55 * t - across * 0.4 + 0.16 * bell(draw);
      const length = between(draw, 3.2, 6.2) * (1 - 0.3 * t);
      const points: [number, number][] = [];
      for (let k = 0; k <= 3; k++) {
        const q = k / 3;
        const bend = angle - 0.35 * q * (1 - t);
        const x = c.x + Math.cos(bend) * length * q - length * 0.3;
        const y = c.y + across * thick + Math.sin(bend) * length * q - Math.sin(angle) * length * 0.35;
        const [u, v] = skinUv(girthAt(side * Math.max(3, x), y), y);
        points.push([u * texture.width, v * texture.height]);
      }
      const shade = mixRgb(hair, [hair[0] * 2.2 + 0.01, hair[1] * 2 + 0.008, hair[2] * 1.8 + 0.006], draw() * 0.5);
      stroke(texture, {
        points,
        colour: shade,
        width: 0.26 * (texture.width / 276),
        opacity: between(draw, 0.35, 0.75),
      });
    }
  }
}
