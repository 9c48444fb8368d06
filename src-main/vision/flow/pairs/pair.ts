/** One pair of frames with its true motion: a canvas, a motion, and everything that a camera does to both frames. */
import type { Random } from "../../../engine/random.ts";
import type { Picture } from "../../pictures/picture.ts";
import { blur, compressed, develop, expose, grain, relight, type Surface, tone, type View } from "./camera.ts";
import type { Flow } from "../flow.ts";
import { type Vector, vector } from "./motion.ts";
import { between, CANVAS, chance } from "./textures/canvas.ts";

/** Two frames, and the motion of any point of the first (pixels). */
export interface Pair {
  readonly onset: Picture;
  readonly apex: Picture;
  readonly at: (x: number, y: number, into: Vector) => void;
}

/** What is done to the frames after the surfaces were drawn. */
export interface Look {
  readonly grey: boolean;
  readonly toned: boolean;
  readonly relit: boolean;
  /** Gaussian sigma, px; 0: sharp. */
  readonly blur: number;
  /** Deviation of the sensor's noise, bytes. */
  readonly noise: number;
  /** Of the JPEG files; null: none. */
  readonly quality: number | null;
}

export interface Scene {
  readonly side: number;
  /** From the rear to the front; each but the first with a cover. */
  readonly surfaces: readonly Surface[];
  readonly look: Look;
}

/** A view of a canvas under any angle, within it as far as its size allows. */
export function view(random: Random, canvas: Picture, o: { side: number; scale: number; angle: number }): View {
  const room = Math.max(0, CANVAS - o.side * o.scale) / 2;
  const at = () => CANVAS / 2 + room * between(random, -1, 1);
  return { canvas, scale: o.scale, angle: o.angle, at: [at(), at()] };
}

export async function exposePair(scene: Scene, random: Random, table: Float32Array): Promise<Pair> {
  const { side, surfaces, look } = scene;
  const frames = [false, true].map((second) => {
    const frame = new Float32Array(side * side * 3);
    for (const surface of surfaces) expose(surface, frame, { side, second });
    return frame;
  });
  const [onset, apex] = await finished(frames, { random, look, side, table });
  return { onset, apex, at: truth(surfaces) };
}

/** Frames as drawn to frames as stored. */
export async function finished(
  frames: readonly Float32Array[],
  o: { random: Random; look: Look; side: number; table: Float32Array },
): Promise<Picture[]> {
  const { random, look, side, table } = o;
  if (look.toned) tone(frames, random, look.grey);
  if (look.relit) relight(frames[1], random, side);
  const pictures: Picture[] = [];
  for (const frame of frames) {
    if (look.blur > 0) blur(frame, side, look.blur);
    if (look.noise > 0) grain(frame, random, { deviation: look.noise, grey: look.grey, table });
    const picture = develop(frame, side);
    pictures.push(look.quality === null ? picture : await compressed(picture, look.quality));
  }
  return pictures;
}

function truth(surfaces: readonly Surface[]): Pair["at"] {
  return (x, y, into) => {
    const top = surfaces.findLast(({ cover }) => cover === null || cover(x, y) > 0.5);
    if (top === undefined || top.motion === null) {
      into.u = 0;
      into.v = 0;
    } else top.motion.at(x, y, into);
  };
}

/** The motion of each pixel. */
export function denseTruth(pair: Pair): Flow {
  const { width, height } = pair.onset;
  const flow = { width, height, u: new Float32Array(width * height), v: new Float32Array(width * height) };
  const here = vector();
  for (let i = 0; i < flow.u.length; i++) {
    pair.at(i % width, Math.floor(i / width), here);
    flow.u[i] = here.u;
    flow.v[i] = here.v;
  }
  return flow;
}

/** A look as cameras have it, half of the time with a change of light. */
export function anyLook(random: Random): Look {
  return {
    grey: chance(random, 0.3),
    toned: true,
    relit: chance(random, 0.35),
    blur: chance(random, 0.25) ? between(random, 0.3, 1.1) : 0,
    noise: chance(random, 0.75) ? 4 * random.uniform() ** 1.5 : 0,
    quality: chance(random, 0.2) ? 70 + random.integer(28) : null,
  };
}

/** A soft-edged blob, as a head before a wall: 1 inside, 0 outside, in the first frame's pixels. */
export function blob(random: Random, side: number): NonNullable<Surface["cover"]> {
  const [cx, cy] = [side * between(random, 0, 1), side * between(random, 0, 1)];
  const radius = side * between(random, 0.3, 0.8);
  const waves = [2, 3, 5].map((k) => ({ k, height: 0.12 * random.normal(), phase: 6.3 * random.uniform() }));
  return (x, y) => {
    const angle = Math.atan2(y - cy, x - cx);
    let edge = 1;
    for (const { k, height, phase } of waves) edge += height * Math.cos(k * angle + phase);
    return Math.min(1, Math.max(0, radius * edge - Math.hypot(x - cx, y - cy) + 0.5));
  };
}
