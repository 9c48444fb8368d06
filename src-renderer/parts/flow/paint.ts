/** From a flow's numbers to what is seen: the colour wheel, heat, arrows. */
import {
  FULL_MOTION,
  FULL_STRAIN,
  type Rgb,
  SHOWN_MOTION,
  wheelColour,
} from "../../../src-main/contract/flow-colours.ts";
import type { FlowArrays } from "./arrays.ts";

export const LAYERS = ["colours", "arrows", "strain", "magnitude"] as const;
export type Layer = (typeof LAYERS)[number];

/** The width at which full motion is stated. */
const REFERENCE = 224;

/** Black over violet and orange to pale yellow: its lightness rises evenly, so that it reads without colours too. */
const HEAT: readonly Rgb[] = [
  [10, 6, 34],
  [74, 16, 96],
  [152, 38, 98],
  [219, 82, 60],
  [250, 157, 28],
  [252, 244, 160],
];

/** `value`: 0 to 1; beyond it stays at the end. */
export function heatColour(value: number): Rgb {
  const at = Math.min(1, Math.max(0, value)) * (HEAT.length - 1);
  const low = HEAT[Math.min(HEAT.length - 2, Math.floor(at))];
  const high = HEAT[Math.min(HEAT.length - 1, Math.floor(at) + 1)];
  const part = at - Math.min(HEAT.length - 2, Math.floor(at));
  return [0, 1, 2].map((c) => low[c] + (high[c] - low[c]) * part) as [number, number, number];
}

/** Motion that is full colour, in pixels of a face 224 wide; fixed steps, the same for every sample. */
export const RANGES = [0.5, SHOWN_MOTION, FULL_MOTION] as const;
export type Range = (typeof RANGES)[number];
/** Optical strain (pixels a pixel) that is full heat beside it. */
export const strainRange = (range: Range): number => (range / FULL_MOTION) * FULL_STRAIN;

export interface Look {
  readonly layer: Layer;
  readonly range: Range;
  /** 0: the face alone; 1/2: what is still lets the face through; 1: the layer alone. */
  readonly cover: number;
}

/** RGBA of every point; null for arrows, which are lines. */
export function paintLayer({ layer, range, cover }: Look, flow: FlowArrays): Uint8ClampedArray<ArrayBuffer> | null {
  const { u, v, strain, width, height } = flow;
  const full = (range * width) / REFERENCE;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const seen = Math.min(1, 2 * cover);
  const still = Math.max(0, 2 * cover - 1);
  const put = (i: number, { colour, at }: { colour: Rgb; at: number }) => {
    rgba.set(colour, 4 * i);
    rgba[4 * i + 3] = 255 * seen * (at + (1 - at) * still);
  };
  const heat = (i: number, value: number) => put(i, { colour: heatColour(value), at: Math.min(1, value) });
  switch (layer) {
    case "colours":
      for (let i = 0; i < u.length; i++) put(i, hued(u[i] / full, v[i] / full, still));
      return rgba;
    case "strain":
      for (let i = 0; i < u.length; i++) heat(i, strain[i] / strainRange(range));
      return rgba;
    case "magnitude":
      for (let i = 0; i < u.length; i++) heat(i, Math.hypot(u[i], v[i]) / full);
      return rgba;
    case "arrows":
      return null;
    default: {
      const unknown: never = layer;
      return unknown;
    }
  }
}

/** The wheel's white is what lets the face through: at half cover only the hue itself is laid over it. */
function hued(u: number, v: number, still: number): { colour: Rgb; at: number } {
  const at = Math.min(1, Math.hypot(u, v));
  const [red, green, blue] = wheelColour(u, v);
  const white = 255 * (1 - at) * (1 - still);
  const alpha = at + (1 - at) * still;
  const part = (value: number) => (alpha === 0 ? 255 : (value - white) / alpha);
  return { colour: [part(red), part(green), part(blue)], at };
}

/** Arrows are this many times as long as the motion: a micro-motion is under the width of a line. */
export const ARROW_SCALE = 15;
/** Points between two arrows, of a flow 224 wide. */
const SPACING = 10;
/** Motion under this many pixels at 224 has no arrow. */
const LEAST = 0.12;

export interface Arrow {
  /** Where it starts and its lengthened vector, in points of the flow. */
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/** The mean motion of each square of a grid. */
export function arrowsOf({ width, height, u, v }: FlowArrays): Arrow[] {
  const step = Math.max(1, Math.round((SPACING * width) / REFERENCE));
  const arrows: Arrow[] = [];
  for (let top = 0; top + step <= height; top += step)
    for (let left = 0; left + step <= width; left += step) {
      let [su, sv] = [0, 0];
      for (let y = top; y < top + step; y++)
        for (let x = left; x < left + step; x++) {
          su += u[y * width + x];
          sv += v[y * width + x];
        }
      const [mu, mv] = [su / step ** 2, sv / step ** 2];
      if (Math.hypot(mu, mv) < (LEAST * width) / REFERENCE) continue;
      arrows.push({ x: left + step / 2, y: top + step / 2, u: mu * ARROW_SCALE, v: mv * ARROW_SCALE });
    }
  return arrows;
}
