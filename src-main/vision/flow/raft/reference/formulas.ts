/**
 * Made-up weights and pictures, the same to the last bit wherever there are 32-bit integers and IEEE doubles: with them
 * two implementations of RAFT can be compared without a file of weights. Only + - * / and floor occur, in a fixed order.
 */
import { size, type Value, value } from "../../../../engine/index.ts";
import type { Picture } from "../../../pictures/picture.ts";
import { parametersOf, type RaftModel } from "../model.ts";

function mix(x: number): number {
  let y = x;
  y = Math.imul(y ^ (y >>> 16), 0x85ebca6b);
  y = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return (y ^ (y >>> 16)) >>> 0;
}

type Draw = (stream: number, i: number) => number;

/** Doubles in [0, 1) by stream and place. */
function drawing(seed: number): Draw {
  return (stream, i) => mix(mix(Math.imul(stream, 2654435761) + (i | 0)) ^ seed) / 4294967296;
}

const GAINS: Readonly<Record<RaftModel, Readonly<Record<string, number>>>> = {
  small: {
    "fnet.conv2": 1.2,
    "cnet.conv2": 1,
    "update_block.gru.convz": 1.6,
    "update_block.gru.convr": 1.6,
    "update_block.gru.convq": 2,
    "update_block.flow_head.conv2": 0.1,
  },
  large: {
    "fnet.conv2": 1.2,
    "cnet.conv2": 0.3,
    "update_block.encoder.convc1": 1.2,
    "update_block.gru.convz1": 1.6,
    "update_block.gru.convr1": 1.6,
    "update_block.gru.convz2": 1.6,
    "update_block.gru.convr2": 1.6,
    "update_block.gru.convq1": 2,
    "update_block.gru.convq2": 2,
    "update_block.flow_head.conv2": 0.14,
    "update_block.mask.2": 20,
  },
};
const OTHER_GAIN = 2.4;

/** Every parameter of a model, by name, in the order of their streams (names sorted by code point). */
export function madeParameters(model: RaftModel, seed: number): Map<string, Value> {
  const u = drawing(seed);
  const sorted = [...parametersOf(model)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(
    sorted.map(({ name, shape }, stream) => {
      const of = numbers(model, name, shape);
      const data = Float32Array.from({ length: size(shape) }, (_, i) => of(2 * u(stream, i) - 1));
      return [name, value(data, shape)];
    }),
  );
}

/** From a number in -1..1 to one of the parameter's range. */
function numbers(model: RaftModel, name: string, shape: readonly number[]): (s: number) => number {
  if (name.endsWith(".bias")) return (s) => s * 0.05;
  if (name.endsWith(".running_mean")) return (s) => s * 0.3;
  if (name.endsWith(".running_var")) return (s) => 1 + s * 0.5;
  if (shape.length === 1) return (s) => 1 + s * 0.3;
  const layer = name.slice(0, -".weight".length);
  const gain = Object.hasOwn(GAINS[model], layer) ? GAINS[model][layer] : OTHER_GAIN;
  const factor = gain / Math.sqrt(shape[1] * shape[2] * shape[3]);
  return (s) => s * factor;
}

/** A smooth periodic bump in place of a sine, whose last bit differs between machines. */
function wave(t: number): number {
  const f = t - Math.floor(t);
  return 20.784609690826528 * (f * (f - 0.5)) * (f - 1);
}

const STREAM = { waves: 1001, lattice: 1002, warp: 1003, grain: 1004 } as const;

const ease = (t: number): number => t * t * (3 - 2 * t);

/** Two textured pictures with a smooth motion of up to about 3 px between them. */
export function madePictures(width: number, height: number, seed: number): [Picture, Picture] {
  const u = drawing(seed);
  const waves = Array.from({ length: 6 }, (_, k) => ({
    fx: (2 * u(STREAM.waves, 8 * k) - 1) * 0.09,
    fy: (2 * u(STREAM.waves, 8 * k + 1) - 1) * 0.09,
    phase: [0, 1, 2].map((c) => u(STREAM.waves, 8 * k + 3 + c)),
  }));
  const lattice = (c: number, ix: number, iy: number): number =>
    u(STREAM.lattice, ((iy + 4096) * 8192 + (ix + 4096)) * 3 + c);
  const texture = (c: number, x: number, y: number): number => {
    let v = 128;
    for (const { fx, fy, phase } of waves) v = v + 14 * wave(x * fx + y * fy + phase[c]);
    const [gx, gy] = [x / 5, y / 5];
    const [ix, iy] = [Math.floor(gx), Math.floor(gy)];
    const [ax, ay] = [ease(gx - ix), ease(gy - iy)];
    const top = lattice(c, ix, iy) * (1 - ax) + lattice(c, ix + 1, iy) * ax;
    const low = lattice(c, ix, iy + 1) * (1 - ax) + lattice(c, ix + 1, iy + 1) * ax;
    return v + 120 * (top * (1 - ay) + low * ay - 0.5);
  };
  const [wide, turn, high, tilt] = [0, 1, 2, 3].map((i) => u(STREAM.warp, i));
  const warped = (x: number, y: number): [number, number] => [
    x - (1.5 + wide) * wave(x * 0.004 + y * 0.0025 + turn),
    y - (1 + high) * wave(y * 0.005 - x * 0.002 + tilt),
  ];
  const picture = (p: number): Picture => {
    const rgb = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [X, Y] = p === 0 ? [x, y] : warped(x, y);
        for (let c = 0; c < 3; c++) {
          const grain = u(STREAM.grain, ((p * 4096 + y) * 4096 + x) * 3 + c);
          const level = texture(c, X, Y) + 8 * (grain - 0.5);
          rgb[(y * width + x) * 3 + c] = Math.floor(Math.min(Math.max(level, 0), 255));
        }
      }
    return { width, height, rgb };
  };
  return [picture(0), picture(1)];
}
