/**
 * The wall behind a head: what sees nothing up to the picture's border. The head's contour moves with the head, and a
 * lattice and its neighbourhoods blur that motion some ten pixels into the wall. So the wall is followed to the contour
 * on the picture itself, and there takes its flow from its own inside.
 */
import type { Grey } from "../../../pictures/picture.ts";
import { CELL } from "../../raft/upsample.ts";
import { type Flow, zeroFlow } from "../../flow.ts";
import { smooth } from "../../smooth.ts";
import { warped } from "../../warp.ts";
import type { Lattice } from "../grid.ts";
import type { Evidence } from "./evidence.ts";

/** Evidence, along both axes together, that noise alone brings forth. */
const NOTHING = 0.004;
/** Of the picture; less than that is a collar or a cheek that touches the border. */
const LEAST_SHARE = 0.04;

/** The lattice's places of the wall: 1 where a path to the border sees nothing, and enough of the picture is like that. */
export function wallPlaces({ rows, columns }: Lattice, { xx, yy }: Pick<Evidence, "xx" | "yy">): Uint8Array {
  const size = { width: columns, height: rows };
  const places = new Uint8Array(rows * columns);
  const blank = (i: number): boolean => places[i] === 0 && xx[i] + yy[i] < NOTHING;
  for (let i = 0; i < places.length; i++) {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const border = column === 0 || row === 0 || column === columns - 1 || row === rows - 1;
    if (!border || !blank(i)) continue;
    places[i] = 1;
    const part = [i];
    spread({ mask: places, size, front: part }, (_from, to) => {
      const open = blank(to);
      if (open) part.push(to);
      return open;
    });
    if (part.length < LEAST_SHARE * places.length) for (const small of part) places[small] = 2;
  }
  return places.map((kind) => (kind === 1 ? 1 : 0));
}

export interface Wall {
  /** 1 at pixels far from what moves. */
  readonly inside: Uint8Array;
  /** 1 at these and at pixels from there to the contour. */
  readonly whole: Uint8Array;
}

/** Sigmas, pixels: of the picture before its slopes are taken, and of their squares. */
const SMOOTHING = { picture: 0.5, slopes: 1 };
/** Squared slope, grey levels of 255 a pixel, that is nothing even on a wall without noise. */
const LEAST_SLOPE = 1e-4;
/** Multiple of the squared slope that noise gives the wall, above which a contour begins. */
const CONTOUR = 8;
/** Pixels: how far the contour can be from what the lattice knows of the wall, and from its first to its steepest. */
const REACH = 14;
const RISE = 6;

/** `places` followed to the contour: up to where the picture begins to rise, and on to where it rises most. */
export function wallOf(onset: Grey, lattice: Lattice, places: Uint8Array): Wall {
  const { width, height } = onset;
  const inside = new Uint8Array(width * height);
  const near = (at: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.round(((at + 0.5) * lattice.factor - 0.5) / CELL)));
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      inside[i] = places[near(y, lattice.rows) * lattice.columns + near(x, lattice.columns)];
  const whole = inside.slice();
  const steepness = squaredSlopes(onset);
  const still = steepness.filter((_, i) => inside[i] === 1).sort();
  if (still.length === 0) return { inside, whole };
  const contour = LEAST_SLOPE + CONTOUR * still[Math.floor(still.length / 2)];
  const step = { mask: whole, size: onset };
  spread({ ...step, front: pixelsOf(whole), steps: REACH }, (_from, to) => steepness[to] < contour);
  spread({ ...step, front: pixelsOf(whole), steps: RISE }, (from, to) => steepness[to] > steepness[from]);
  return { inside, whole };
}

function squaredSlopes(grey: Grey): Float32Array {
  const { width, height } = grey;
  const slopes = warped(smooth(grey, SMOOTHING.picture), zeroFlow(width, height));
  const data = slopes.dx.map((dx, i) => dx * dx + slopes.dy[i] * slopes.dy[i]);
  return smooth({ width, height, data }, SMOOTHING.slopes).data;
}

/** Sigma, pixels, of the inside's mean that the wall has at its contour. */
const MEAN = 14;
const LEAST_WEIGHT = 1e-4;

/** `flow` with the wall's own where the wall comes near its contour. */
export function behind(flow: Flow, { inside, whole }: Wall): Flow {
  const { width, height } = flow;
  if (!whole.includes(1)) return flow;
  const mean = (of: (i: number) => number): Float32Array =>
    smooth({ width, height, data: Float32Array.from(inside, (within, i) => (within === 1 ? of(i) : 0)) }, MEAN).data;
  const weight = mean(() => 1);
  const laid = (part: Float32Array): Float32Array => {
    const own = mean((i) => part[i]);
    return part.map((value, i) =>
      whole[i] === 1 && inside[i] === 0 && weight[i] > LEAST_WEIGHT ? own[i] / weight[i] : value,
    );
  };
  return { width, height, u: laid(flow.u), v: laid(flow.v) };
}

const pixelsOf = (mask: Uint8Array): number[] => [...mask.keys()].filter((i) => mask[i] === 1);

interface Spreading {
  /** Changed in place. */
  readonly mask: Uint8Array;
  readonly size: { readonly width: number; readonly height: number };
  readonly front: readonly number[];
  /** How often the front moves on by one place; without it until it stands still. */
  readonly steps?: number;
}

/** Marks what is reached from the front by neighbours, along both axes, into which one `may` go. */
function spread({ mask, size, front, steps }: Spreading, may: (from: number, to: number) => boolean): void {
  const { width, height } = size;
  let from: readonly number[] = front;
  for (let n = 0; from.length > 0 && n < (steps ?? mask.length); n++) {
    const reached: number[] = [];
    for (const i of from) {
      const x = i % width;
      const neighbours = [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width];
      for (const to of neighbours) {
        if (to < 0 || to >= width * height || mask[to] !== 0 || !may(i, to)) continue;
        mask[to] = 1;
        reached.push(to);
      }
    }
    from = reached;
  }
}
