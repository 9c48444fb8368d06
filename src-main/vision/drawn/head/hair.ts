/** Hair as shells over the skull: a cap from the crown to the hairline, and for long styles a curtain around the back. */
import type { HairStyle, Identity } from "../identity.ts";
import { type Mesh, sheet } from "../mesh.ts";
import { curve, mix, smoothstep, type Noise } from "../numeric.ts";
import { skull } from "./skull.ts";

interface Cut {
  /** Thickness (mm) at the crown and at the sides. */
  readonly top: number;
  readonly sides: number;
  /** Height of the hairline over the forehead; fringes hang lower. */
  readonly front: number;
  /** Height of the lower edge at the temple (sideburn) and behind the ear. */
  readonly temple: number;
  /** How far the front is swept to one side, mm. */
  readonly sweep: number;
  /** Lower end of the curtain, or null without one. */
  readonly curtain: number | null;
}

export const CUTS: Readonly<Record<HairStyle, Cut>> = {
  cropped: { top: 3.5, sides: 2, front: 72, temple: -2, sweep: 0, curtain: null },
  short: { top: 14, sides: 5, front: 70, temple: -8, sweep: 4, curtain: null },
  parted: { top: 15, sides: 7, front: 66, temple: -14, sweep: 13, curtain: null },
  fringe: { top: 13, sides: 9, front: 41, temple: -22, sweep: 2, curtain: null },
  tied: { top: 5, sides: 3.5, front: 74, temple: 2, sweep: 3, curtain: null },
  bob: { top: 14, sides: 10, front: 66, temple: -20, sweep: 10, curtain: -98 },
  long: { top: 12, sides: 9, front: 68, temple: -20, sweep: 11, curtain: -235 },
};

/** Half-length of a full turn along the skin: the cap closes at the back. */
const HALF_TURN = 73 * Math.PI * 0.8;

/** Lower edge of the hair at `s` (mm along the skin). */
export function hairEdge(s: number, who: Identity): number {
  const cut = CUTS[who.hair];
  const swept = s * who.parting;
  const a = Math.abs(s);
  const line = curve([
    [0, cut.front + who.hairline],
    [26, cut.front + who.hairline + (cut.front > 60 ? 1.5 : 0)],
    [44, cut.front + who.hairline - (cut.front > 60 ? 6 : 2)],
    [60, mix(cut.front, 38, 0.75)],
    [74, 24],
    [84, cut.temple + 14],
    [94, cut.temple],
    [108, cut.temple + 2],
    [118, 14],
    [128, 10],
    [140, -30],
    [200, -52],
  ]);
  const sweep = cut.sweep * smoothstep(swept, -34, 46) * smoothstep(a, 78, 44);
  return line(a) - sweep;
}

/** The cap. Texture v = 1 at the lower edge. */
export function cap(who: Identity, strands: Noise): Mesh {
  const cut = CUTS[who.hair];
  return sheet({
    columns: 101,
    rows: 34,
    at: (u, v, out) => {
      const s = (u * 2 - 1) * HALF_TURN;
      const low = hairEdge(s, who);
      const y = mix(120.9, low, 1 - (1 - v) ** 1.5);
      skull(s, y, out);
      const side = smoothstep(Math.abs(s), 30, 85) * smoothstep(y, 105, 60);
      let thick = mix(cut.top, cut.sides, side);
      // Rises from the skin at the hairline within a few mm; fringes hang free of the forehead.
      const free = cut.front < 60 && Math.abs(s) < 62 ? 0.5 : 0.12;
      thick *= mix(free, 1, smoothstep(1 - v, 0, 0.55) ** 0.8);
      const part = cut.sweep > 8 ? 4 * Math.exp(-(((s * who.parting + 24) / 7) ** 2)) * smoothstep(y, 70, 112) : 0;
      const tuft = strands(s * 0.12, v * 2.5) * 1.6 + strands(s * 0.4, v * 3) * 1.1;
      thick = Math.max(0.7, thick * (1 + 0.07 * tuft) - part + 0.3 * tuft * Math.min(1, thick / 4));
      // Outwards from the middle of the skull.
      const nx = out[0] / 74;
      const ny = (out[1] - 30) / 92;
      const nz = (out[2] + 5) / 95;
      const length = Math.hypot(nx, ny, nz) || 1;
      out[0] += (nx / length) * thick;
      out[1] += (ny / length) * thick;
      out[2] += (nz / length) * thick;
    },
  });
}

/** Half-width and depth of the curtain at a height. */
const hang = curve([
  [-240, 100],
  [-170, 97],
  [-110, 91],
  [-60, 87],
  [-10, 84],
  [40, 83],
  [75, 72],
  [100, 50],
]);

/** Hair that falls beside the face and behind it; null for short styles. Texture v = 1 at the tips. */
export function curtain(who: Identity, strands: Noise): Mesh | null {
  const bottom = CUTS[who.hair].curtain;
  if (bottom === null) return null;
  return sheet({
    columns: 91,
    rows: 40,
    at: (u, v, out) => {
      const side = u * 2 - 1;
      const y = mix(92, bottom, v);
      // From beside one cheek around the back to the other; the front edges swing inwards below the jaw.
      const inward = smoothstep(y, -50, -120) * 0.16 - smoothstep(y, 30, 80) * 0.25;
      const front = 1.16 - inward + 0.05 * strands(v * 3, side > 0 ? 3 : 31);
      const angle = side * (Math.PI + 0.0001 - front) + Math.PI;
      const w = hang(y) + strands(side * 22, v * 3) * 2.2 + strands(side * 70, v * 2) * 1;
      out[0] = Math.sin(angle) * w * 0.97;
      out[1] = y;
      out[2] = -6 + Math.cos(angle) * w * (0.98 + 0.05 * smoothstep(y, -60, -160));
    },
  });
}
