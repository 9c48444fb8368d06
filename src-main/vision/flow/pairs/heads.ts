/** Drawn heads under strong variation: canvases to warp, and pairs of frames whose true motion the drawing knows. */
import type { Random } from "../../../engine/random.ts";
import type { AuState } from "../../drawn/head/face.ts";
import { DRAWN_AUS } from "../../drawn/head/action-units.ts";
import { drawIdentity } from "../../drawn/identity.ts";
import { Person } from "../../drawn/person.ts";
import type { Camera, Pose } from "../../drawn/render/camera.ts";
import { Film } from "../../drawn/render/film.ts";
import { type Lights, unit } from "../../drawn/render/light.ts";
import { denseFlow } from "../../drawn/truth.ts";
import type { Picture } from "../../pictures/picture.ts";
import { between, CANVAS, chance, pick } from "./textures/canvas.ts";

interface Sitter {
  readonly person: Person;
  readonly camera: Camera;
  readonly film: Film;
}

function lamps(random: Random): Lights {
  const rgb = (low: number, high: number) => {
    const power = between(random, low, high);
    return [power * between(random, 0.9, 1.1), power, power * between(random, 0.85, 1.1)] as const;
  };
  return {
    key: { to: unit(between(random, -0.9, 0.9), between(random, 0, 0.8), 0.85), rgb: rgb(0.35, 0.75) },
    fill: { to: unit(between(random, -1, 1), between(random, -0.1, 0.4), 0.7), rgb: rgb(0.08, 0.35) },
    sky: rgb(0.1, 0.25),
    floor: rgb(0.03, 0.12),
  };
}

function sitter(random: Random, side: number): Sitter {
  const draw = () => random.uniform();
  const camera: Camera = {
    width: side,
    height: side,
    scale: side / between(random, 200, 290),
    level: between(random, -20, 5),
    distance: between(random, 800, 1400),
  };
  const who = drawIdentity(draw, { melanin: [0, 0.9], eastAsian: 0.4 });
  const person = new Person({ who, draw, lights: lamps(random), density: Math.max(1, camera.scale * 1.05) });
  const shade = between(random, 0.04, 0.5);
  const film = new Film({
    camera,
    exposure: between(random, 0.8, 1.4),
    contrast: between(random, 0.05, 0.4),
    grey: false,
    grain: 0,
    wall: [shade * between(random, 0.8, 1.2), shade, shade * between(random, 0.8, 1.2)],
    bright: { x: draw(), y: draw() },
    draw,
  });
  return { person, camera, film };
}

function shoot({ person, camera, film }: Sitter, moment: { aus: AuState; pose: Pose }): Picture {
  person.pose(moment.aus, moment.pose);
  film.clear();
  person.paint(film.raster, camera);
  return film.develop({ grain: 0, gain: 1 });
}

function face(random: Random, most: { count: number; strength: number }): AuState {
  const aus: AuState = {};
  for (let n = random.integer(most.count + 1); n > 0; n--) {
    const strength = between(random, 0.2, 1) * most.strength;
    const even = chance(random, 0.6);
    aus[pick(random, DRAWN_AUS)] = even ? [strength, strength] : [strength, strength * random.uniform()];
  }
  return aus;
}

function pose(random: Random, reach: number): Pose {
  const [yaw, pitch, roll] = [reach * random.normal(), reach * random.normal(), reach * random.normal()];
  return { yaw, pitch, roll, x: reach * random.normal(), y: reach * random.normal(), z: 2 * reach * random.normal() };
}

function add(a: Pose, b: Pose): Pose {
  return {
    yaw: a.yaw + b.yaw,
    pitch: a.pitch + b.pitch,
    roll: a.roll + b.roll,
    x: a.x + b.x,
    y: a.y + b.y,
    z: a.z + b.z,
  };
}

/** A head with some expression, as a canvas. */
export function headCanvas(random: Random): Picture {
  const own = sitter(random, CANVAS);
  return shoot(own, { aus: face(random, { count: 4, strength: 4 }), pose: pose(random, 4) });
}

/** Two frames of one head without the camera's noise, and where each point of the first has gone. */
export interface DrawnPair {
  readonly onset: Picture;
  readonly apex: Picture;
  /** [2, side, side], pixels. */
  readonly flow: Float32Array;
  /** 1 where the point is still to be seen in the second frame. */
  readonly visible: Uint8Array;
}

/** `count` pairs of one person; each from another face and pose to a neighbouring one. */
export function drawnPairs(random: Random, o: { side: number; peaks: readonly number[] }): DrawnPair[] {
  const own = sitter(random, o.side);
  return o.peaks.map((peak) => {
    const from = { aus: chance(random, 0.5) ? {} : face(random, { count: 2, strength: 2 }), pose: pose(random, 3) };
    const pull = face(random, { count: 3, strength: 4 });
    const shift = pose(random, pick(random, [0, 0.3, 1]));
    let share = 1;
    for (let tries = 0; ; tries++) {
      const to = { aus: plus(from.aus, pull, share), pose: add(from.pose, times(shift, share)) };
      const dense = denseFlow(own.person, { from, to }, own.camera);
      const longest = longestOf(dense.data, dense.visible);
      if (longest > peak && tries < 6) {
        share *= (0.95 * peak) / longest;
        continue;
      }
      const [onset, apex] = [shoot(own, from), shoot(own, to)];
      return { onset, apex, flow: dense.data, visible: dense.visible };
    }
  });
}

function longestOf(flow: Float32Array, visible: Uint8Array): number {
  let longest = 0;
  for (let i = 0; i < visible.length; i++) {
    if (visible[i] === 1) longest = Math.max(longest, Math.hypot(flow[i], flow[visible.length + i]));
  }
  return longest;
}

function times(pose: Pose, k: number): Pose {
  return { yaw: pose.yaw * k, pitch: pose.pitch * k, roll: pose.roll * k, x: pose.x * k, y: pose.y * k, z: pose.z * k };
}

function plus(a: AuState, b: AuState, k: number): AuState {
  const sum: AuState = { ...a };
  for (const au of DRAWN_AUS) {
    const more = b[au];
    if (more === undefined) continue;
    const [left, right] = a[au] ?? [0, 0];
    sum[au] = [Math.min(5, left + k * more[0]), Math.min(5, right + k * more[1])];
  }
  return sum;
}
