/** Loose locks over the cap: narrow strips that follow the hair, lift a little and end in points, so that hair has depth. */
import type { Identity } from "../identity.ts";
import type { Mesh } from "../mesh.ts";
import { type Draw, bell, between, mix, smoothstep } from "../numeric.ts";
import { CUTS, capPoint, hairEdge } from "./hair.ts";

const ROWS = 7;

export function locks(who: Identity, draw: Draw): Mesh {
  const cut = CUTS[who.hair];
  const { count, length, lift, hang } = cut.locks;
  const position = new Float32Array(count * ROWS * 2 * 3);
  const uv = new Float32Array(count * ROWS * 2 * 2);
  const triangles = new Uint32Array(count * (ROWS - 1) * 6);
  const out = new Float64Array(3);
  for (let n = 0; n < count; n++) {
    const s0 = between(draw, -118, 118);
    const low = hairEdge(s0, who);
    const long = length * between(draw, 0.6, 1.2);
    const tip = Math.max(low - hang * draw(), mix(low, 112, draw() ** 1.6));
    const root = Math.min(119, tip + long * smoothstep(125, tip, tip + 30) + 6);
    const sway = (cut.sweep > 8 ? -who.parting * 9 : 0) + 5 * bell(draw);
    const wide = between(draw, 2.4, 5.4);
    const up = lift * between(draw, 0.3, 1.3);
    const band = draw() * 0.86;
    for (let r = 0; r < ROWS; r++) {
      const t = r / (ROWS - 1);
      const y = mix(root, tip, t);
      const bow = up * Math.sin(Math.PI * Math.min(1, t * 1.15)) * (1 - 0.3 * t) + 0.5;
      // Near the pole of the grid a mm of s is much less than a mm.
      const half = wide * (1 - 0.55 * t * t) * (1 + 2.2 * smoothstep(y, 95, 119));
      for (let c = 0; c < 2; c++) {
        const i = (n * ROWS + r) * 2 + c;
        capPoint({ who, s: s0 + sway * t * t + (c === 0 ? -half : half) / 2, y, extra: bow }, out);
        position.set(out, i * 3);
        uv[i * 2] = band + c * 0.14;
        uv[i * 2 + 1] = t;
      }
      if (r === 0) continue;
      const a = (n * ROWS + r - 1) * 2;
      triangles.set([a, a + 2, a + 1, a + 1, a + 2, a + 3], (n * (ROWS - 1) + r - 1) * 6);
    }
  }
  return { count: count * ROWS * 2, position, uv, triangles };
}
