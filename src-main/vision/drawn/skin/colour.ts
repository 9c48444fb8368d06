/** Colours in linear light, from what makes them: melanin and blood for skin, melanin for hair. */
import { mix } from "../numeric.ts";

export type Rgb = readonly [number, number, number];

export const linear = (display: number) => (display <= 0.04045 ? display / 12.92 : ((display + 0.055) / 1.055) ** 2.4);

/** Linear light of an sRGB colour given as bytes. */
export const rgb = (r: number, g: number, b: number): Rgb => [linear(r / 255), linear(g / 255), linear(b / 255)];

const SKINS: readonly Rgb[] = [
  rgb(238, 207, 187),
  rgb(228, 187, 160),
  rgb(208, 160, 128),
  rgb(172, 122, 90),
  rgb(124, 82, 58),
  rgb(80, 53, 40),
];

const HAIRS: readonly Rgb[] = [rgb(158, 130, 98), rgb(104, 80, 58), rgb(66, 48, 36), rgb(42, 31, 25), rgb(27, 24, 23)];

function along(stops: readonly Rgb[], t: number): Rgb {
  const at = Math.min(0.9999, Math.max(0, t)) * (stops.length - 1);
  const i = Math.floor(at);
  return mixRgb(stops[i], stops[i + 1], at - i);
}

export const mixRgb = (a: Rgb, b: Rgb, t: number): Rgb => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];

export const skinColour = (melanin: number): Rgb => along(SKINS, melanin);
export const hairColour = (melanin: number): Rgb => along(HAIRS, melanin);
