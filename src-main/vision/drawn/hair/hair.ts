/** Hair as shells over the skull: a cap from the crown to the hairline, and for long styles a curtain around the back. */
import type { HairStyle, Identity } from "../identity.ts";
import { type Mesh, sheet } from "../mesh.ts";
import { curve, mix, smoothstep, type Noise } from "../numeric.ts";
import { skull } from "../head/skull.ts";

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
  /** Loose strips over the cap: how many, their length and lift, and how far tips hang over the edge (mm). */
  readonly locks: { readonly count: number; readonly length: number; readonly lift: number; readonly hang: number };
}

export const CUTS: Readonly<Record<HairStyle, Cut>> = {
  cropped: {
    top: 3.5,
    sides: 2,
    front: 72,
    temple: -2,
    sweep: 0,
    curtain: null,
    locks: { count: 260, length: 12, lift: 1.4, hang: 2 },
  },
  short: {
    top: 13,
    sides: 4.5,
    front: 71,
    temple: -8,
    sweep: 4,
    curtain: null,
    locks: { count: 240, length: 30, lift: 4, hang: 9 },
  },
  parted: {
    top: 13,
    sides: 6,
    front: 67,
    temple: -14,
    sweep: 12,
    curtain: null,
    locks: { count: 200, length: 42, lift: 4, hang: 7 },
  },
  fringe: {
    top: 11,
    sides: 8,
    front: 43,
    temple: -22,
    sweep: 2,
    curtain: null,
    locks: { count: 180, length: 46, lift: 2.6, hang: 8 },
  },
  tied: {
    top: 5,
    sides: 3.5,
    front: 74,
    temple: 2,
    sweep: 3,
    curtain: null,
    locks: { count: 150, length: 26, lift: 1, hang: 2 },
  },
  bob: {
    top: 12,
    sides: 9,
    front: 67,
    temple: -20,
    sweep: 10,
    curtain: -98,
    locks: { count: 160, length: 48, lift: 3, hang: 6 },
  },
  long: {
    top: 11,
    sides: 8,
    front: 69,
    temple: -20,
    sweep: 11,
    curtain: -235,
    locks: { count: 160, length: 48, lift: 2.6, hang: 6 },
  },
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

export interface CapPoint {
  readonly who: Identity;
  readonly s: number;
  readonly y: number;
  /** mm beyond the cap's own thickness. */
  readonly extra: number;
}

/** A point of the cap's surface, or above it. */
export function capPoint(at: CapPoint, out: Float64Array): void {
  const { who, s, y } = at;
  const cut = CUTS[who.hair];
  skull(s, Math.min(120.9, y), out);
  const side = smoothstep(Math.abs(s), 30, 85) * smoothstep(y, 105, 60);
  let thick = mix(cut.top, cut.sides, side);
  // Rises from the skin behind the hairline; fringes hang free of the forehead.
  const free = cut.front < 60 && Math.abs(s) < 62 ? 0.5 : 0.12;
  const inside = y - hairEdge(s, who);
  thick *= mix(free, 1, smoothstep(inside, 0, 34) ** 0.8);
  if (cut.sweep > 8) thick -= 3 * Math.exp(-(((s * who.parting + 24) / 7) ** 2)) * smoothstep(y, 70, 112);
  thick = Math.max(0.7, thick) + at.extra;
  // Outwards from the middle of the skull.
  const nx = out[0] / 74;
  const ny = (out[1] - 30) / 92;
  const nz = (out[2] + 5) / 95;
  const length = Math.hypot(nx, ny, nz) || 1;
  out[0] = out[0] * who.faceWidth + (nx / length) * thick;
  out[1] += (ny / length) * thick;
  out[2] += (nz / length) * thick;
}

/** The cap. Texture v = 1 at the lower edge. */
export function cap(who: Identity, strands: Noise): Mesh {
  const { top } = CUTS[who.hair];
  return sheet({
    columns: 101,
    rows: 34,
    at: (u, v, out) => {
      const s = (u * 2 - 1) * HALF_TURN;
      const y = mix(120.9, hairEdge(s, who), 1 - (1 - v) ** 1.5);
      const tuft = strands(s * 0.12, v * 2.5) * 1.6 + strands(s * 0.4, v * 3) * 1.1;
      capPoint({ who, s, y, extra: tuft * (0.2 + 0.07 * top) * smoothstep(v, 1, 0.8) }, out);
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
      out[0] = Math.sin(angle) * w * 0.97 * who.faceWidth;
      out[1] = y;
      out[2] = -6 + Math.cos(angle) * w * (0.98 + 0.05 * smoothstep(y, -60, -160));
    },
  });
}
