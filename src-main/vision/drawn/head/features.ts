/**
 * What makes a face of the bare head: heights in mm added to z, as functions of the canonical frontal position. All
 * landmarks of the drawn head are the constants here; action units, texture and truth refer to them.
 */
import { type Point, bump, clamp, curve, hill, smoothMax, smoothstep } from "../numeric.ts";

export const EYE = { x: 31.5, y: -1.5, radius: 12.6, inner: 15.5, outer: 46.5, depth: 69.3 } as const;
export const MOUTH = { y: -72, half: 25 } as const;
export const BROW_Y = 20;

const noseHeight = curve([
  [-55, 0],
  [-53, 2.5],
  [-51, 8],
  [-48.5, 14.5],
  [-45, 18.6],
  [-41, 19.6],
  [-37, 18.8],
  [-30, 15.8],
  [-20, 11.4],
  [-10, 7.2],
  [0, 3.6],
  [8, 1.2],
  [16, 0],
]);
const noseHalf = curve([
  [-54, 6],
  [-46, 8.5],
  [-38, 9.2],
  [-28, 8.8],
  [-18, 8],
  [-8, 7.6],
  [4, 8.5],
  [16, 13],
]);

/** What the two rounded maxima make of nothing: the nose must rise from 0. */
const FLAT = smoothMax(smoothMax(0, 0, 6), 0, 3.2);

const dome = (dx: number, dy: number) => Math.sqrt(Math.max(0, 1 - dx * dx - dy * dy));

/** Bridge, a round tip, round wings beside it, and the nostrils under them. */
function nose(p: Point): number {
  const ax = Math.abs(p.x);
  const ridge = noseHeight(p.y) * Math.exp(-((ax / noseHalf(p.y)) ** 2));
  const flank = 0.34 * noseHeight(p.y) * Math.exp(-((ax / (noseHalf(p.y) * 1.9)) ** 2));
  const tip = 24.2 * dome(ax / 13, (p.y + 41.6) / 12.5) ** 0.75;
  const wing = 15 * dome((ax - 11.2) / 8, (p.y + 45.8) / 8.6) ** 0.8;
  const nostril = 4.5 * hill({ x: ax, y: p.y }, { x: 7, y: -51.4 }, { x: 5.2, y: 3.4 });
  const crease = 1.3 * hill({ x: ax, y: p.y }, { x: 20.4, y: -45 }, { x: 4.4, y: 10 });
  return smoothMax(smoothMax(ridge * 0.78 + flank, tip, 6), wing, 3.2) - FLAT - nostril - crease;
}

/** Upper edge of the red of the lips at x, with the cupid's bow. */
export function lipTop(x: number): number {
  const t = clamp(Math.abs(x) / MOUTH.half, 0, 1);
  const bow = 1.9 * Math.exp(-((x / 3.2) ** 2));
  return MOUTH.y + 8.4 * (1 - t ** 1.45) - bow;
}

/** Lower edge of the red of the lips at x. */
export function lipBottom(x: number): number {
  const t = clamp(Math.abs(x) / (MOUTH.half - 0.5), 0, 1);
  return MOUTH.y - 10 * (1 - t ** 2) ** 0.95;
}

/** 0 outside the red of the lips, else how far inside: 0 at the edge, 1 at the line between the lips. */
export function lipDepth(p: Point): number {
  if (Math.abs(p.x) >= MOUTH.half + 1) return 0;
  const edge = p.y >= MOUTH.y ? lipTop(p.x) : lipBottom(p.x);
  const tall = Math.abs(edge - MOUTH.y);
  if (tall < 0.05) return 0;
  return clamp(1 - Math.abs(p.y - MOUTH.y) / tall, 0, 1);
}

function lips(p: Point): number {
  const t = clamp(Math.abs(p.x) / (MOUTH.half + 3), 0, 1);
  const along = (1 - t * t) ** 0.8;
  const up = p.y >= MOUTH.y;
  const tall = Math.max(1.5, up ? lipTop(p.x) - MOUTH.y : MOUTH.y - lipBottom(p.x));
  const q = Math.abs(p.y - MOUTH.y) / tall;
  // A full roll from the line to just beyond the red edge, then a soft fall to the skin.
  const roll = q < 0.5 ? Math.sqrt(clamp(1 - ((0.5 - q) / 0.62) ** 2, 0, 1)) : 1 - smoothstep(q, 0.55, up ? 1.7 : 1.45);
  const line = 2.2 * Math.exp(-((p.y - MOUTH.y) ** 2) / 2.2);
  const corner = 1.4 * hill({ x: Math.abs(p.x), y: p.y }, { x: 27, y: MOUTH.y - 0.5 }, { x: 8, y: 9 });
  return along * ((up ? 4 : 5.4) * roll - line) - corner;
}

/** Everything but the lids: see eyes.ts for what lies over the eyeball. */
export function features(p: Point): number {
  const m: Point = { x: Math.abs(p.x), y: p.y };
  const socket =
    4.6 * hill(m, { x: 30, y: -1 }, { x: 27, y: 22 }) +
    3.4 * hill(m, { x: 15, y: 2 }, { x: 11, y: 13 }) -
    1.3 * hill(m, { x: 34, y: 19 }, { x: 30, y: 15 }) -
    0.6 * hill(m, { x: 44, y: 14 }, { x: 18, y: 14 }) -
    2.2 * hill(m, { x: 33, y: 8 }, { x: 24, y: 11 });
  const cheek =
    3.6 * hill(m, { x: 45, y: -27 }, { x: 30, y: 25 }) +
    2.0 * hill(m, { x: 31, y: -33 }, { x: 24, y: 22 }) -
    2.4 * hill(m, { x: 47, y: -62 }, { x: 24, y: 26 });
  const muzzle = 2.2 * hill(m, { x: 0, y: -68 }, { x: 38, y: 26 });
  const philtrum =
    0.7 * hill(m, { x: 4.4, y: -59 }, { x: 4, y: 8 }) - 1.1 * hill(m, { x: 0, y: -59 }, { x: 4.2, y: 8.5 });
  const chin =
    3.2 * hill(m, { x: 0, y: -103 }, { x: 24, y: 17 }) - 2.2 * hill(m, { x: 0, y: -86.5 }, { x: 26, y: 7.5 });
  const glabella = 1.2 * hill(m, { x: 0, y: 18 }, { x: 16, y: 14 });
  return nose(p) + lips(p) - socket + cheek + muzzle + philtrum + chin + glabella;
}

/** The fold from the wing of the nose to beside the mouth: 1 on its line, 0 beyond `reach` mm. */
export function nasolabial(p: Point, reach: number): number {
  const t = clamp((-46 - p.y) / 34, 0, 1);
  const x = 20.5 + 14.5 * t - 3 * t * t;
  const d = (Math.abs(p.x) - x) / reach;
  return bump(d * d) * smoothstep(p.y, -38, -46) * smoothstep(p.y, -86, -72);
}
