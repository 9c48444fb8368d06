import { describe, expect, it } from "vitest";
import { Random } from "../../engine/random.ts";
import type { AuState } from "../drawn/head/face.ts";
import { drawIdentity } from "../drawn/identity.ts";
import { Person } from "../drawn/person.ts";
import { type Camera, type Pose, STRAIGHT } from "../drawn/render/camera.ts";
import { Film } from "../drawn/render/film.ts";
import { type Lights, unit } from "../drawn/render/light.ts";
import { denseFlow } from "../drawn/truth.ts";
import { zeroFlow, type Flow, type FlowPair } from "./flow.ts";
import { endPointError } from "./metrics.ts";
import { removeGlobalMotion } from "./similarity.ts";
import { TVL1 } from "./tvl1/tvl1.ts";

const SIZE = 224;
const CAMERA: Camera = { width: SIZE, height: SIZE, scale: SIZE / 250, level: -8, distance: 1100 };
const LIGHTS: Lights = {
  key: { to: unit(-0.45, 0.55, 0.85), rgb: [0.62, 0.59, 0.55] },
  fill: { to: unit(0.75, 0.1, 0.6), rgb: [0.2, 0.21, 0.23] },
  sky: [0.2, 0.21, 0.23],
  floor: [0.1, 0.09, 0.085],
};

interface Clip {
  readonly seed: number;
  readonly aus: AuState;
  readonly pose: Pose;
}

/** A smile, a frown and raised brows at micro-expression size; the middle one while the head moves. */
const CLIPS: readonly Clip[] = [
  { seed: 1, aus: { 12: [1.2, 1.4], 6: [0.8, 0.8] }, pose: STRAIGHT },
  { seed: 2, aus: { 4: [1.5, 1.3] }, pose: { ...STRAIGHT, yaw: 0.4, roll: -0.3, x: 0.8, y: -1 } },
  { seed: 3, aus: { 1: [1, 1], 2: [1.2, 1.1], 5: [0.8, 0.8] }, pose: STRAIGHT },
];

interface Drawn extends FlowPair {
  readonly truth: Flow;
  /** 1 on the face: what the camera sees in both frames, within the oval of skin and features. */
  readonly face: Uint8Array;
}

function draw(clip: Clip): Drawn {
  const random = new Random(clip.seed);
  const streams = ["identity", "texture", "film"].map((name) => random.split(name));
  const [who, skin, sensor] = streams.map((stream) => () => stream.uniform());
  const identity = drawIdentity(who, { melanin: [0, 0.75], eastAsian: 0.4 });
  const person = new Person({ who: identity, draw: skin, lights: LIGHTS, density: 1 });
  const film = new Film({
    camera: CAMERA,
    exposure: 1.25,
    contrast: 0.25,
    grey: false,
    grain: 1.5,
    wall: [0.3, 0.3, 0.31],
    bright: { x: 0.4, y: 0.3 },
    draw: sensor,
  });
  const moments = { from: { aus: {}, pose: STRAIGHT }, to: { aus: clip.aus, pose: clip.pose } };
  const [onset, apex] = [moments.from, moments.to].map((moment, n) => {
    person.pose(moment.aus, moment.pose);
    film.clear();
    person.paint(film.raster, CAMERA);
    return film.develop({ grain: 0.1 + n * 0.37, gain: 1 });
  });
  const dense = denseFlow(person, moments, CAMERA);
  const plane = SIZE * SIZE;
  const truth = { width: SIZE, height: SIZE, u: dense.data.slice(0, plane), v: dense.data.slice(plane) };
  const face = dense.visible.map((seen, i) => {
    const x = ((i % SIZE) - SIZE / 2) / 62;
    const y = (Math.floor(i / SIZE) - SIZE * 0.5) / 84;
    return seen === 1 && x * x + y * y < 1 ? 1 : 0;
  });
  return { onset, apex, truth, face };
}

describe("TV-L1 on drawn faces whose true motion is known", () => {
  it.each(CLIPS)("finds the motion of clip %#, and the head's part in it", async (clip) => {
    const { onset, apex, truth, face } = draw(clip);
    const flow = await TVL1.compute({ onset, apex }, TVL1.options.parse({}));
    expect(endPointError(flow, truth, face)).toBeLessThan(0.15);
    const moving = face.map((inside, i) => (inside === 1 && Math.hypot(truth.u[i], truth.v[i]) > 0.5 ? 1 : 0));
    const missed = endPointError(zeroFlow(SIZE, SIZE), truth, moving);
    expect(endPointError(flow, truth, moving)).toBeLessThan(0.65 * missed);

    const found = removeGlobalMotion(flow).motion;
    const known = removeGlobalMotion(truth).motion;
    expect(Math.hypot(found.shiftX - known.shiftX, found.shiftY - known.shiftY)).toBeLessThan(0.2);
    expect(Math.abs(found.rotation - known.rotation)).toBeLessThan(0.003);
  });
});
