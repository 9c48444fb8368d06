/** Furrows that action units fold into the skin: darkness at intensity 1, as functions of the frontal position. */
import { type Point, hill, smoothstep } from "../numeric.ts";
import type { DrawnAu } from "./action-units.ts";
import { nasolabial } from "./features.ts";

const ridge = (d: number, half: number) => Math.exp(-((d / half) ** 2));

/** `p`: canonical, x >= 0 on either half. */
export function creases(au: DrawnAu, p: Point): number {
  switch (au) {
    case 1:
      return 0.05 * forehead(p) * smoothstep(p.x, 40, 18);
    case 2:
      return 0.05 * forehead(p) * smoothstep(p.x, 14, 34);
    case 4:
      return 0.1 * ridge(p.x - 5.5 - 0.08 * (p.y - 18), 1.5) * smoothstep(p.y, 6, 14) * smoothstep(p.y, 32, 24);
    case 6:
      return (
        0.05 * crowsFeet(p) +
        0.035 * ridge(p.y + 13 + 0.012 * (p.x - 30) ** 2, 1.6) * hill(p, { x: 30, y: -13 }, { x: 20, y: 9 })
      );
    case 7:
      return 0.04 * ridge(p.y + 9.5, 1.4) * hill(p, { x: 31, y: -9 }, { x: 19, y: 8 });
    case 9:
      return (
        0.08 * ridge(p.y + 2 + 0.55 * (p.x - 7), 1.3) * hill(p, { x: 7, y: -2 }, { x: 8, y: 9 }) +
        0.06 * nasolabial(p, 4) * smoothstep(p.y, -66, -52)
      );
    case 10:
      return 0.07 * nasolabial(p, 4) * smoothstep(p.y, -74, -56);
    case 12:
      return 0.085 * nasolabial(p, 4.2) + 0.02 * crowsFeet(p);
    case 14:
      return 0.12 * hill(p, { x: 29.5, y: -72 }, { x: 3, y: 7 });
    case 15:
      return 0.08 * ridge(p.x - 28 + 0.25 * (p.y + 78), 1.6) * hill(p, { x: 28, y: -80 }, { x: 8, y: 11 });
    case 17:
      return 0.06 * ridge(p.y + 87.5 - 0.01 * p.x * p.x, 2) * smoothstep(p.x, 20, 8);
    case 20:
      return 0.04 * nasolabial(p, 5);
    case 23:
    case 24:
      return 0.03 * (ridge(p.y + 62.5, 1.6) + ridge(p.y + 83, 1.6)) * smoothstep(p.x, 20, 8);
    case 5:
    case 25:
    case 26:
    case 45:
      return 0;
  }
}

function forehead(p: Point): number {
  const bend = 0.0022 * p.x * p.x;
  let dark = 0;
  for (const level of [38, 47, 56]) dark += ridge(p.y - level + bend, 1.7);
  return dark;
}

function crowsFeet(p: Point): number {
  if (p.x < 48 || p.x > 66) return 0;
  let dark = 0;
  for (const slope of [-0.55, -0.05, 0.45]) dark += ridge(p.y + 2 - slope * (p.x - 46), 1.1);
  return dark * smoothstep(p.x, 66, 56) * smoothstep(p.x, 48, 51);
}
