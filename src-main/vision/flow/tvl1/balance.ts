/**
 * Makes two frames comparable where the light between them has changed, and faces comparable between cameras: each
 * pixel less its neighbourhood's mean, divided by its neighbourhood's deviation (local contrast normalisation; Wedel et
 * al. 2009 reach the same end with a structure-texture decomposition). Without it 2 % more light costs a third of a
 * pixel of end-point error on skin.
 */
import type { Grey } from "../../pictures/picture.ts";
import { smooth } from "./pyramid.ts";

/** The neighbourhood's sigma, as a part of the picture's width: 8 pixels at 224, about an eye's height. */
const NEIGHBOURHOOD = 1 / 28;
/** Grey levels of 255 below which contrast counts as noise and is not blown up. */
const NOISE_FLOOR = 6;

/** Result in deviations, about -3..3. `smoothing`: sigma in pixels applied first, against camera noise. */
export function balance(grey: Grey, smoothing: number): Grey {
  const { width, height } = grey;
  const from = smooth(grey, smoothing);
  const sigma = Math.max(1, width * NEIGHBOURHOOD);
  const mean = smooth(from, sigma).data;
  const data = from.data.map((value, i) => value - mean[i]);
  const variance = smooth({ width, height, data: data.map((value) => value * value) }, sigma).data;
  for (let i = 0; i < data.length; i++) data[i] /= Math.sqrt(variance[i] + NOISE_FLOOR * NOISE_FLOOR);
  return { width, height, data };
}
