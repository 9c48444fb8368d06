/**
 * The pair sets by which methods of flow are judged. Seeds, textures (textures/evaluation.ts) and warps (here) are
 * others than those of the training; people drawn here are drawn nowhere else.
 */
import { Random } from "../../../engine/random.ts";
import type { Picture } from "../../pictures/picture.ts";
import type { Flow } from "../flow.ts";
import { bellTable } from "./camera.ts";
import { drawnPairs } from "./heads.ts";
import { type Field, Motion } from "./motion.ts";
import { denseTruth, exposePair, finished, type Look, view } from "./pair.ts";
import { between, chance, pick } from "./textures/canvas.ts";
import { EVALUATION_TEXTURES } from "./textures/evaluation.ts";

export const EVALUATION_SETS = [
  "generated-0-3",
  "generated-3-8",
  "photo-0-3",
  "face-0-3",
  "identical",
  "static",
] as const;
export type EvaluationSetName = (typeof EVALUATION_SETS)[number];

export interface EvaluationPair {
  readonly onset: Picture;
  readonly apex: Picture;
  readonly truth: Flow;
  /** 1 where the truth counts: the point is seen in both frames. Null: everywhere. */
  readonly counts: Uint8Array | null;
}

export interface EvaluationSet {
  readonly name: EvaluationSetName;
  readonly pairs: readonly EvaluationPair[];
}

/** Side of the frames: that of the study's crops. */
const SIDE = 224;
const SEED = 731_405;
const GENERATED = 9;
const PEOPLE = 4;
const STILL = 6;

/** `photos`: square pictures of CANVAS pixels a side; without any, `photo-0-3` has no pairs. */
export async function evaluationSets(photos: readonly Picture[]): Promise<EvaluationSet[]> {
  const random = new Random(SEED);
  const table = bellTable(random.split("bell"));
  const make = { random, table };
  const faces = await drawn(make);
  const still = await generated({ ...make, random: random.split("static") }, { count: STILL, low: 0, high: 0 });
  return [
    {
      name: "generated-0-3",
      pairs: await generated({ ...make, random: random.split("0-3") }, { count: GENERATED, low: 0.5, high: 3 }),
    },
    {
      name: "generated-3-8",
      pairs: await generated({ ...make, random: random.split("3-8") }, { count: GENERATED, low: 3, high: 8 }),
    },
    { name: "photo-0-3", pairs: await warpedPhotos({ ...make, random: random.split("photo") }, photos) },
    { name: "face-0-3", pairs: faces },
    { name: "identical", pairs: [...still, ...faces].map(doubled) },
    { name: "static", pairs: still },
  ];
}

interface Making {
  readonly random: Random;
  readonly table: Float32Array;
}

/** As a laboratory's camera sees it: in focus, some noise, a steady or slightly flickering lamp, good JPEG files. */
function look(random: Random, toned: boolean): Look {
  return {
    grey: chance(random, 0.25),
    toned,
    relit: chance(random, 0.4),
    blur: chance(random, 0.3) ? between(random, 0.3, 0.8) : 0,
    noise: between(random, 0.5, 3),
    quality: chance(random, 0.5) ? 88 + random.integer(8) : null,
  };
}

async function generated(
  { random, table }: Making,
  o: { readonly count: number; readonly low: number; readonly high: number },
): Promise<EvaluationPair[]> {
  const pairs: EvaluationPair[] = [];
  for (let n = 0; n < o.count; n++) {
    const own = random.split(`pair ${n}`);
    const canvas = EVALUATION_TEXTURES[n % EVALUATION_TEXTURES.length](own);
    const peak = between(own, o.low, o.high);
    const surface = {
      view: view(own, canvas, { side: SIDE, scale: between(own, 0.9, 1.5), angle: 6.3 * own.uniform() }),
      motion: peak === 0 ? null : new Motion(warps(own), { side: SIDE, peak }),
      cover: null,
    };
    const pair = await exposePair({ side: SIDE, surfaces: [surface], look: look(own, false) }, own, table);
    const truth = denseTruth(pair);
    pairs.push({ onset: pair.onset, apex: pair.apex, truth, counts: inside(truth) });
  }
  return pairs;
}

async function warpedPhotos({ random, table }: Making, photos: readonly Picture[]): Promise<EvaluationPair[]> {
  const pairs: EvaluationPair[] = [];
  for (let n = 0; n < 2 * photos.length; n++) {
    const own = random.split(`photo ${n}`);
    const surface = {
      view: view(own, photos[n % photos.length], { side: SIDE, scale: between(own, 1, 1.6), angle: 0 }),
      motion: new Motion(warps(own), { side: SIDE, peak: between(own, 0.5, 3) }),
      cover: null,
    };
    const pair = await exposePair({ side: SIDE, surfaces: [surface], look: look(own, false) }, own, table);
    const truth = denseTruth(pair);
    pairs.push({ onset: pair.onset, apex: pair.apex, truth, counts: inside(truth) });
  }
  return pairs;
}

async function drawn({ random, table }: Making): Promise<EvaluationPair[]> {
  const pairs: EvaluationPair[] = [];
  for (let who = 0; who < PEOPLE; who++) {
    const own = random.split(`person ${who}`);
    for (const { onset, apex, flow, visible } of drawnPairs(own, { side: SIDE, peaks: [1.5, 3] })) {
      const frames = [onset, apex].map(({ rgb }) => Float32Array.from(rgb));
      const [first, second] = await finished(frames, { random: own, look: look(own, false), side: SIDE, table });
      const plane = SIDE * SIDE;
      const truth = { width: SIDE, height: SIDE, u: flow.slice(0, plane), v: flow.slice(plane) };
      pairs.push({ onset: first, apex: second, truth, counts: visible });
    }
  }
  return pairs;
}

function doubled({ onset }: EvaluationPair): EvaluationPair {
  const { width, height } = onset;
  const truth = { width, height, u: new Float32Array(width * height), v: new Float32Array(width * height) };
  return { onset, apex: onset, truth, counts: null };
}

/** 1 where the point stays in the picture. */
function inside({ width, height, u, v }: Flow): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) + u[i], Math.floor(i / width) + v[i]];
    return x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1 ? 1 : 0;
  });
}

/** Whirls, pinches and damped ripples, over a slight drift of the whole. */
function warps(random: Random): Field[] {
  const drift = [0.25 * random.normal(), 0.25 * random.normal()];
  const local = Array.from({ length: 3 + random.integer(4) }, () => pick(random, [whirl, pinch, ripple])(random));
  return [
    (_x, _y, into) => {
      into.u += drift[0];
      into.v += drift[1];
    },
    ...local,
  ];
}

const somewhere = (random: Random) => [SIDE * between(random, 0.1, 0.9), SIDE * between(random, 0.1, 0.9)] as const;

/** A turn about a point that dies out around it. */
function whirl(random: Random): Field {
  const [cx, cy] = somewhere(random);
  const radius = between(random, 25, 70);
  const sense = chance(random, 0.5) ? 1 : -1;
  return (x, y, into) => {
    const [dx, dy] = [(x - cx) / radius, (y - cy) / radius];
    const weight = sense / (1 + dx * dx + dy * dy) ** 2;
    into.u -= 2 * weight * dy;
    into.v += 2 * weight * dx;
  };
}

/** Skin drawn together to a point, or away from it: nothing beyond its radius. */
function pinch(random: Random): Field {
  const [cx, cy] = somewhere(random);
  const radius = between(random, 30, 80);
  const sense = chance(random, 0.5) ? 3 : -3;
  return (x, y, into) => {
    const [dx, dy] = [(x - cx) / radius, (y - cy) / radius];
    const rest = 1 - dx * dx - dy * dy;
    if (rest <= 0) return;
    into.u += sense * rest * rest * dx;
    into.v += sense * rest * rest * dy;
  };
}

/** Folds: a wave across that dies out along. */
function ripple(random: Random): Field {
  const [cx, cy] = somewhere(random);
  const [length, reach] = [between(random, 50, 120), between(random, 30, 90)];
  const angle = 2 * Math.PI * random.uniform();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (x, y, into) => {
    const along = (x - cx) * cos + (y - cy) * sin;
    const across = (y - cy) * cos - (x - cx) * sin;
    const weight = Math.sin((2 * Math.PI * along) / length) / Math.cosh(across / reach);
    into.u += weight * cos;
    into.v += weight * sin;
  };
}
