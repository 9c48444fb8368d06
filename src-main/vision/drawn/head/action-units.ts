/**
 * Action units as local displacement fields of the skin (Ekman, Friesen and Hager 2002, in words; the numbers are
 * ours): where each muscle pulls, how far (mm, at intensity 5), and what it does to the lids. All fields are sums of
 * compact hills, so each is exactly zero away from its muscle.
 */
import { OPENFACE_AUS } from "../../../contract/classes.ts";
import { MOUTH } from "./features.ts";

/** OpenFace's seventeen and the lip presser. */
export const DRAWN_AUS = [...OPENFACE_AUS, 24] as const;
export type DrawnAu = (typeof DRAWN_AUS)[number];

export function isDrawnAu(au: number): au is DrawnAu {
  return (DRAWN_AUS as readonly number[]).includes(au);
}

export interface Pull {
  /** Centre in canonical mm on one half of the face; drawn on both (x >= 0). */
  readonly at: readonly [x: number, y: number];
  readonly radii: readonly [x: number, y: number];
  /** mm at intensity 5: outwards, upwards, towards the viewer. */
  readonly move: readonly [out: number, up: number, forth: number];
  /** Where the skin is cut between the lips: how much of it each lip takes there. */
  readonly lips?: { readonly upper: number; readonly lower: number };
}

export interface AuField {
  readonly pulls: readonly Pull[];
  /** mm at intensity 5 by which the lid edges move upwards. */
  readonly lids?: { readonly upper: number; readonly lower: number };
}

export const AU_FIELDS: Readonly<Record<DrawnAu, AuField>> = {
  1: {
    pulls: [
      { at: [13, 20], radii: [22, 20], move: [0, 7.5, 0.4] },
      { at: [14, 42], radii: [24, 30], move: [0, 3.2, 0.6] },
    ],
    lids: { upper: 0.6, lower: 0 },
  },
  2: {
    pulls: [
      { at: [41, 20], radii: [21, 20], move: [0.6, 7.5, 0.2] },
      { at: [40, 42], radii: [24, 28], move: [0, 3, 0.4] },
    ],
    lids: { upper: 0.5, lower: 0 },
  },
  4: {
    pulls: [
      { at: [14, 19], radii: [20, 18], move: [-3.6, -5.6, 1.4] },
      { at: [35, 21], radii: [21, 16], move: [-1.2, -3.4, 0.6] },
      { at: [5, 10], radii: [12, 13], move: [-0.6, -2.4, 1] },
    ],
    lids: { upper: -0.8, lower: 0 },
  },
  5: { pulls: [{ at: [32, 14], radii: [24, 10], move: [0, 0.8, 0] }], lids: { upper: 3, lower: -0.3 } },
  6: {
    pulls: [
      { at: [39, -23], radii: [27, 20], move: [0.5, 5.2, 2.4] },
      { at: [53, -6], radii: [15, 17], move: [-2.2, 0.8, 0.6] },
    ],
    lids: { upper: -0.4, lower: 1.6 },
  },
  7: {
    pulls: [{ at: [33, -11], radii: [21, 9], move: [-0.8, 2.2, 0.5] }],
    lids: { upper: -1.4, lower: 2.2 },
  },
  9: {
    pulls: [
      { at: [13, -21], radii: [16, 22], move: [-0.6, 5.6, 1.4] },
      { at: [10, 15], radii: [16, 14], move: [-1.2, -3.2, 0.6] },
      { at: [15, -45], radii: [13, 12], move: [1, 4, 0] },
      { at: [9, -62], radii: [22, 13], move: [0, 3, 0.5], lips: { upper: 1, lower: 0 } },
    ],
    lids: { upper: -0.6, lower: 1.2 },
  },
  10: {
    pulls: [
      { at: [13, -65], radii: [20, 16], move: [0.4, 5.6, 1], lips: { upper: 1, lower: 0 } },
      { at: [21, -46], radii: [15, 19], move: [0.6, 3.6, 1.2] },
    ],
  },
  12: {
    pulls: [
      { at: [27, -71], radii: [23, 20], move: [5.2, 5.6, -1.4] },
      { at: [39, -45], radii: [25, 25], move: [1.8, 3.4, 2.6] },
      { at: [11, -73], radii: [18, 14], move: [1.8, 0.4, -0.6] },
    ],
    lids: { upper: 0, lower: 0.3 },
  },
  14: {
    pulls: [
      { at: [28, -71], radii: [16, 14], move: [3.6, 0.2, -3.8] },
      { at: [13, -72], radii: [18, 13], move: [1.7, 0, -0.8] },
    ],
  },
  15: {
    pulls: [
      { at: [26, -75], radii: [20, 19], move: [0.8, -6, 0] },
      { at: [26, -92], radii: [19, 18], move: [0.4, -2.6, 0.8] },
    ],
  },
  17: {
    pulls: [
      { at: [6, -98], radii: [25, 19], move: [0, 5, 1.6] },
      { at: [6, -79], radii: [26, 13], move: [0, 3.4, 1.6], lips: { upper: 0.4, lower: 1 } },
    ],
  },
  20: {
    pulls: [
      { at: [27, -73], radii: [24, 21], move: [6.6, -0.9, -1] },
      { at: [12, -73], radii: [19, 15], move: [3, -0.2, -0.8] },
    ],
  },
  23: {
    pulls: [
      { at: [23, -72], radii: [19, 15], move: [-2.8, 0, 0.6] },
      { at: [4, -63], radii: [27, 9], move: [0, -2.6, -0.8] },
      { at: [4, -82], radii: [27, 9], move: [0, 2.8, -0.8] },
    ],
  },
  24: {
    pulls: [
      { at: [4, -65], radii: [28, 9], move: [0, -2.4, -1.8] },
      { at: [4, -79], radii: [28, 9], move: [0, 2.4, -1.8] },
    ],
  },
  25: {
    pulls: [
      { at: [5, -77], radii: [28, 16], move: [0, -4.6, -0.4], lips: { upper: 0, lower: 1 } },
      { at: [5, -67], radii: [27, 12], move: [0, 1.6, 0.2], lips: { upper: 1, lower: 0 } },
    ],
  },
  26: {
    pulls: [{ at: [0, -112], radii: [78, 58], move: [0, -9, -2.6], lips: { upper: 0, lower: 1.7 } }],
  },
  45: { pulls: [], lids: { upper: -99, lower: 0.8 } },
};

/** Share of a lip's own motion at canonical x: 1 in the middle of the mouth, 0 at its corners and beyond. */
export function lipShare(x: number): number {
  const t = x / MOUTH.half;
  return t * t >= 1 ? 0 : 1 - t * t;
}
