/**
 * What makes a face of the bare head: heights in mm added to z, as functions of the canonical frontal position. All
 * landmarks of the drawn head are the constants here; action units, texture and truth refer to them.
 */
import { type Point, bump, clamp, curve, hill, smoothMax, smoothstep } from "../numeric.ts";

export const EYE = { x: 31.5, y: -1.5, radius: 12.6, inner: 15.5, outer: 46.5, depth: 66.5 } as const;
export const MOUTH = { y: -72, half: 25 } as const;
export const BROW_Y = 20;
export const NOSE_TIP: Point = { x: 0, y: -42 };

const noseHeight = curve([
  [-57, 0],
  [-54.5, 1.2],
  [-52, 5],
  [-49.5, 13.5],
  [-47, 20],
  [-44, 23.4],
  [-41, 24],
  [-37, 22.2],
  [-30, 17.8],
  [-20, 12.4],
  [-10, 7.6],
  [0, 3.6],
  [8, 1.2],
  [16, 0],
]);
const noseHalf = curve([
  [-54, 11.5],
  [-46, 11.5],
  [-40, 11.2],
  [-32, 10],
  [-20, 9],
  [-8, 8.2],
  [4, 8.5],
  [16, 12],
]);

/** Bridge, tip, wings, nostrils. `wings` scales the alae only. */
function nose(p: Point): number {
  const across = Math.abs(p.x) / noseHalf(p.y);
  const ridge = noseHeight(p.y) * Math.exp(-(across ** 2.3));
  const ax = Math.abs(p.x);
  const wing = 12.5 * hill({ x: ax, y: p.y }, { x: 12.6, y: -45 }, { x: 9.2, y: 10.5 }) ** 0.7;
  const nostril = 7.5 * hill({ x: ax, y: p.y }, { x: 7.2, y: -51 }, { x: 5.6, y: 4.2 });
  const crease = 1.6 * hill({ x: ax, y: p.y }, { x: 20.5, y: -44 }, { x: 4.5, y: 11 });
  return smoothMax(ridge, wing, 5) - 1.2 - nostril - crease;
}

/** Upper edge of the red of the lips at x, with the cupid's bow. */
export function lipTop(x: number): number {
  const t = clamp(Math.abs(x) / MOUTH.half, 0, 1);
  const bow = 1.5 * Math.exp(-((x / 3.2) ** 2));
  return MOUTH.y + 8.1 * (1 - t ** 1.7) ** 0.9 - bow;
}

/** Lower edge of the red of the lips at x. */
export function lipBottom(x: number): number {
  const t = clamp(Math.abs(x) / (MOUTH.half - 0.5), 0, 1);
  return MOUTH.y - 9.6 * (1 - t ** 2.1) ** 0.8;
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
  const corner = 2.2 * hill({ x: Math.abs(p.x), y: p.y }, { x: 27, y: MOUTH.y - 0.5 }, { x: 6, y: 7 });
  return along * ((up ? 3.8 : 4.6) * roll - line) - corner;
}

/** Everything but the lids: see eyes.ts for what lies over the eyeball. */
export function features(p: Point): number {
  const m: Point = { x: Math.abs(p.x), y: p.y };
  const socket =
    7.2 * hill(m, { x: 30, y: 0 }, { x: 27, y: 19 }) +
    3.2 * hill(m, { x: 15, y: 1 }, { x: 11, y: 13 }) -
    3.0 * hill(m, { x: 34, y: 19 }, { x: 30, y: 14 }) -
    1.5 * hill(m, { x: 44, y: 14 }, { x: 18, y: 14 });
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
