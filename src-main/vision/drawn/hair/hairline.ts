/** The short hairs where the hair begins, painted onto the skin so that cap and forehead meet without an edge. */
import { hairEdge } from "./hair.ts";
import { skinUv } from "../head/skull.ts";
import type { Identity } from "../identity.ts";
import type { Texture } from "../mesh.ts";
import { type Draw, bell, between } from "../numeric.ts";
import { hairColour } from "../skin/colour.ts";
import { stroke } from "../skin/strokes.ts";

export function paintHairline(texture: Texture, o: { who: Identity; draw: Draw }): void {
  const { who, draw } = o;
  const colour = hairColour(who.hairMelanin);
  const perMm = texture.width / 276;
  for (let n = 0; n < 1500; n++) {
    const s = between(draw, -112, 112);
    const y = hairEdge(s, who) + 2.5 + 2.6 * bell(draw);
    const length = between(draw, 3, 8);
    // Hairs lean away from the face: upwards over the forehead, backwards at the temples.
    const lean = Math.sign(s) * Math.min(1.1, Math.abs(s) / 70) + 0.4 * bell(draw);
    const points = [0, 0.5, 1].map((q) => {
      const [u, v] = skinUv(s + Math.sin(lean) * length * q, y + Math.cos(lean) * length * q);
      return [u * texture.width, v * texture.height] as const;
    });
    stroke(texture, { points, colour, width: 0.3 * perMm, opacity: between(draw, 0.25, 0.6) });
  }
}
