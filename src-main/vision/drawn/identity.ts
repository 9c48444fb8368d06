/** Who is drawn: everything about a person that stays through a recording. Lengths are factors around 1 or mm. */
import { type Draw, bell, between, pick } from "./numeric.ts";

export const HAIR_STYLES = ["cropped", "short", "parted", "fringe", "tied", "bob", "long"] as const;
export type HairStyle = (typeof HAIR_STYLES)[number];

export interface Identity {
  readonly female: boolean;
  readonly age: number; // years
  /** Face and head */
  readonly faceWidth: number;
  readonly jawWidth: number;
  readonly chinLength: number; // mm
  readonly chinForth: number; // mm
  readonly cheekbones: number; // mm
  readonly fullness: number; // mm of fat at the cheeks
  /** Eyes and brows */
  readonly eyeWidth: number;
  readonly eyeOpening: number; // mm, the upper lid's height
  readonly eyeSpacing: number; // mm outwards
  readonly eyeTilt: number; // mm
  readonly lidCrease: number; // 0 a smooth (single) lid .. 1 a deep crease
  readonly browHeight: number; // mm
  readonly browArch: number; // mm
  readonly browThickness: number;
  readonly browRidge: number; // mm
  /** Nose and mouth */
  readonly noseWidth: number;
  readonly noseLength: number; // mm
  readonly noseHeight: number;
  readonly noseBridge: number; // mm
  readonly mouthWidth: number;
  readonly upperLip: number;
  readonly lowerLip: number;
  /** Colours: melanin of the skin 0 (pale) .. 1 (dark), redness, hair melanin 0 (blond) .. 1 (black) */
  readonly melanin: number;
  readonly redness: number;
  readonly hairMelanin: number;
  readonly iris: "brown" | "hazel" | "green" | "blue";
  readonly freckles: number;
  readonly stubble: number;
  readonly lipColour: number;
  /** Hair, ears, clothes */
  readonly hair: HairStyle;
  readonly hairline: number; // mm
  readonly parting: -1 | 1;
  readonly ears: number;
  readonly shirt: readonly [number, number, number]; // sRGB, 0..1
}

export interface Population {
  /** Range of skin melanin, and the share of faces with the features common in East Asia. */
  readonly melanin: readonly [number, number];
  readonly eastAsian: number;
}

const SHIRTS = [
  [0.13, 0.15, 0.2],
  [0.55, 0.57, 0.6],
  [0.75, 0.74, 0.7],
  [0.16, 0.24, 0.36],
  [0.36, 0.12, 0.14],
  [0.2, 0.3, 0.24],
  [0.42, 0.36, 0.3],
  [0.3, 0.34, 0.42],
] as const;

/** Draws a person. The stream decides everything; nothing about a person depends on what they will show. */
export function drawIdentity(draw: Draw, population: Population): Identity {
  const female = draw() < 0.5;
  const eastAsian = draw() < population.eastAsian;
  const sex = female ? -1 : 1;
  const age = between(draw, 19, 41);
  const melanin = eastAsian ? between(draw, 0.14, 0.34) : between(draw, ...population.melanin);
  const dark = melanin > 0.5;
  return {
    female,
    age,
    faceWidth: 1 + 0.075 * bell(draw) + (eastAsian ? 0.02 : 0) + 0.008 * sex,
    jawWidth: 1 + 0.11 * bell(draw) + 0.045 * sex,
    chinLength: 7.5 * bell(draw) + 2 * sex,
    chinForth: 4 * bell(draw) + 0.8 * sex,
    cheekbones: 2.8 * bell(draw) + (eastAsian ? 1 : 0) - 0.6 * sex,
    fullness: 4.5 * bell(draw) + 0.6,
    eyeWidth: 1 + 0.1 * bell(draw) - 0.015 * sex,
    eyeOpening: (eastAsian ? 6.5 : 7.4) + 1.2 * bell(draw) - 0.3 * sex,
    eyeSpacing: 2.6 * bell(draw) + (eastAsian ? 0.8 : 0),
    eyeTilt: 1.3 + 1.7 * bell(draw) + (eastAsian ? 0.8 : 0),
    lidCrease: eastAsian ? between(draw, 0.15, 0.9) : between(draw, 0.6, 1),
    browHeight: 3 * bell(draw) - 1.3 * sex,
    browArch: 1.8 + 2.4 * bell(draw) - 0.9 * sex,
    browThickness: 1 + 0.4 * bell(draw) + 0.2 * sex,
    browRidge: 0.4 + 0.8 * bell(draw) + 1.2 * sex,
    noseWidth: 1 + 0.16 * bell(draw) + 0.03 * sex + (dark ? 0.12 : 0),
    noseLength: 5 * bell(draw) + 0.8 * sex,
    noseHeight: 1 + 0.22 * bell(draw) - (eastAsian ? 0.1 : 0) - (dark ? 0.06 : 0) + 0.04 * sex,
    noseBridge: 3 * bell(draw) - (eastAsian ? 1.4 : 0) + 0.8 * sex,
    mouthWidth: 1 + 0.13 * bell(draw) + 0.02 * sex,
    upperLip: 1 + 0.45 * bell(draw) - 0.07 * sex + (dark ? 0.22 : 0),
    lowerLip: 1 + 0.4 * bell(draw) - 0.05 * sex + (dark ? 0.15 : 0),
    melanin,
    redness: between(draw, 0.3, 1) * (dark ? 0.4 : 1),
    hairMelanin: eastAsian || dark ? between(draw, 0.88, 1) : between(draw, 0.2, 0.95),
    iris: eastAsian || dark ? "brown" : pick(draw, ["brown", "hazel", "green", "blue"] as const),
    freckles: eastAsian || dark ? 0.1 * draw() : Math.max(0, draw() - 0.5) * 1.6,
    stubble: female ? 0 : between(draw, 0.1, 1),
    lipColour: between(draw, 0.2, 1) * (female ? 1 : 0.55),
    hair: pick(
      draw,
      female
        ? (["parted", "fringe", "tied", "bob", "long", "long", "tied"] as const)
        : (["cropped", "short", "short", "parted", "fringe"] as const),
    ),
    hairline: 8 * bell(draw) + (female ? -1 : 2),
    parting: draw() < 0.5 ? -1 : 1,
    ears: 1 + 0.2 * bell(draw) + 0.05 * sex,
    shirt: pick(draw, SHIRTS),
  };
}
