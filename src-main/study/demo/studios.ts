/**
 * Where each dataset of the demo study was "recorded": its camera, lamps, wall, tone, noise, people, and how many clips
 * of each emotion it holds. None of this knows what a clip will show.
 */
import { RELEASES, type DatasetId } from "../../contract/datasets.ts";
import type { Population } from "../../vision/drawn/identity.ts";
import { type Lights, unit } from "../../vision/drawn/render/light.ts";
import type { Emotion } from "./codings.ts";

export const DEMO_SIZES = ["quick", "paper"] as const;
export type DemoSize = (typeof DEMO_SIZES)[number];

export interface Studio {
  readonly dataset: DatasetId;
  /** The folder of its release inside the demo releases. */
  readonly release: string;
  /** Pixels of a raw frame; the centred square holds the face. */
  readonly width: number;
  readonly height: number;
  /** mm of the scene along the square's side, and the height (mm, from the eyes) at its middle. */
  readonly span: number;
  readonly level: number;
  readonly lights: Lights;
  readonly exposure: number;
  readonly contrast: number;
  readonly grey: boolean;
  readonly grain: number;
  readonly wall: readonly [number, number, number];
  readonly bright: { readonly x: number; readonly y: number };
  readonly quality: number;
  readonly population: Population;
  readonly subjects: Record<DemoSize, number>;
  /** Seconds from onset to offset, shortest and longest. */
  readonly lasting: Record<DemoSize, readonly [number, number]>;
  /** Frames before the onset and after the offset, fewest and most. */
  readonly margin: readonly [number, number];
  readonly clips: Record<DemoSize, Partial<Record<Emotion, number>>>;
}

interface Lamps {
  readonly from: readonly [number, number, number];
  readonly key: readonly [number, number, number];
  readonly fillFrom: readonly [number, number, number];
  readonly fill: readonly [number, number, number];
  readonly sky: readonly [number, number, number];
}

const lamps = (o: Lamps): Lights => ({
  key: { to: unit(...o.from), rgb: o.key },
  fill: { to: unit(...o.fillFrom), rgb: o.fill },
  sky: o.sky,
  floor: [o.sky[0] * 0.5, o.sky[1] * 0.45, o.sky[2] * 0.4],
});

export const STUDIOS: Record<DatasetId, Studio> = {
  smic: {
    dataset: "smic",
    release: "SMIC",
    width: 312,
    height: 248,
    span: 258,
    level: -6,
    lights: lamps({
      from: [-0.5, 0.5, 0.85],
      key: [0.6, 0.57, 0.52],
      fillFrom: [0.7, 0.15, 0.7],
      fill: [0.24, 0.24, 0.25],
      sky: [0.19, 0.19, 0.2],
    }),
    exposure: 1.12,
    contrast: 0.2,
    grey: false,
    grain: 2.2,
    wall: [0.3, 0.29, 0.27],
    bright: { x: 0.35, y: 0.3 },
    quality: 92,
    population: { melanin: [0.02, 0.7], eastAsian: 0.4 },
    subjects: { quick: 5, paper: 16 },
    lasting: { quick: [0.13, 0.2], paper: [0.2, 0.45] },
    margin: [1, 3],
    clips: {
      quick: { disgust: 7, sadness: 3, fear: 2, anger: 2, happiness: 10, surprise: 9 },
      // Table 1: 70 negative, 51 positive, 43 surprise; what SMIC calls negative are several emotions.
      paper: { disgust: 34, sadness: 14, fear: 11, anger: 11, happiness: 51, surprise: 43 },
    },
  },
  casme: {
    dataset: "casme",
    release: "CASME",
    width: 264,
    height: 208,
    span: 262,
    level: -8,
    lights: lamps({
      from: [0.3, 0.6, 0.9],
      key: [0.66, 0.6, 0.5],
      fillFrom: [-0.8, 0, 0.6],
      fill: [0.2, 0.19, 0.18],
      sky: [0.17, 0.17, 0.18],
    }),
    exposure: 1.2,
    contrast: 0.12,
    grey: false,
    grain: 2.6,
    wall: [0.42, 0.4, 0.36],
    bright: { x: 0.6, y: 0.35 },
    quality: 90,
    population: { melanin: [0.1, 0.35], eastAsian: 1 },
    subjects: { quick: 5, paper: 19 },
    lasting: { quick: [0.17, 0.25], paper: [0.2, 0.45] },
    margin: [1, 3],
    clips: {
      quick: { disgust: 9, sadness: 1, fear: 1, happiness: 3, surprise: 4, tense: 7, repression: 4 },
      paper: { disgust: 44, sadness: 6, fear: 2, contempt: 1, happiness: 9, surprise: 21, tense: 69, repression: 38 },
    },
  },
  casme2: {
    dataset: "casme2",
    release: "CASME2",
    width: 436,
    height: 352,
    span: 252,
    level: -7,
    lights: lamps({
      from: [-0.15, 0.45, 1],
      key: [0.52, 0.54, 0.56],
      fillFrom: [0.9, 0.2, 0.5],
      fill: [0.28, 0.29, 0.3],
      sky: [0.22, 0.23, 0.25],
    }),
    exposure: 1.1,
    contrast: 0.3,
    grey: false,
    grain: 1.6,
    wall: [0.2, 0.22, 0.25],
    bright: { x: 0.5, y: 0.45 },
    quality: 93,
    population: { melanin: [0.1, 0.35], eastAsian: 1 },
    subjects: { quick: 6, paper: 26 },
    lasting: { quick: [0.06, 0.09], paper: [0.2, 0.34] },
    margin: [1, 2],
    clips: {
      quick: { disgust: 13, sadness: 1, fear: 1, happiness: 7, surprise: 5, repression: 5, others: 14 },
      paper: { disgust: 63, sadness: 7, fear: 2, happiness: 32, surprise: 25, repression: 27, others: 99 },
    },
  },
  samm: {
    dataset: "samm",
    release: "SAMM",
    width: 484,
    height: 380,
    span: 248,
    level: -8,
    lights: lamps({
      from: [-0.25, 0.35, 1],
      key: [0.5, 0.5, 0.5],
      fillFrom: [0.35, 0.3, 1],
      fill: [0.34, 0.34, 0.34],
      sky: [0.2, 0.2, 0.2],
    }),
    exposure: 1.05,
    contrast: 0.35,
    grey: true,
    grain: 2,
    wall: [0.13, 0.13, 0.13],
    bright: { x: 0.5, y: 0.4 },
    quality: 94,
    population: { melanin: [0.02, 0.85], eastAsian: 0.2 },
    subjects: { quick: 6, paper: 29 },
    lasting: { quick: [0.06, 0.09], paper: [0.2, 0.34] },
    margin: [1, 2],
    clips: {
      quick: { anger: 11, disgust: 2, fear: 2, sadness: 1, happiness: 5, surprise: 3, contempt: 2, others: 4 },
      paper: { anger: 57, disgust: 9, fear: 8, sadness: 6, happiness: 26, surprise: 15, contempt: 12, others: 26 },
    },
  },
  mmew: {
    dataset: "mmew",
    release: "MMEW",
    width: 488,
    height: 380,
    span: 254,
    level: -9,
    lights: lamps({
      from: [0.5, 0.4, 0.85],
      key: [0.62, 0.56, 0.5],
      fillFrom: [-0.7, 0.25, 0.7],
      fill: [0.2, 0.22, 0.25],
      sky: [0.18, 0.19, 0.21],
    }),
    exposure: 1.16,
    contrast: 0.25,
    grey: false,
    grain: 1.4,
    wall: [0.5, 0.5, 0.5],
    bright: { x: 0.45, y: 0.3 },
    quality: 93,
    population: { melanin: [0.1, 0.4], eastAsian: 0.95 },
    subjects: { quick: 6, paper: 30 },
    lasting: { quick: [0.11, 0.16], paper: [0.2, 0.45] },
    // The release's clips begin at their onset.
    margin: [0, 0],
    clips: {
      quick: { disgust: 14, fear: 3, sadness: 3, anger: 2, happiness: 7, surprise: 18, others: 9 },
      paper: { disgust: 72, fear: 16, sadness: 13, anger: 8, happiness: 36, surprise: 89, others: 66 },
    },
  },
};

export const studioFps = (studio: Studio): number => RELEASES[studio.dataset].fps;
