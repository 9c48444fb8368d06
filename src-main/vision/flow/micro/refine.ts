/**
 * RAFT for micro-motions, exact around no motion. The second frame is warped by the flow found so far, both frames are
 * enlarged, and the network is asked twice, with the frames in either order; half the difference of the two answers is
 * added to the flow. For two equal frames that difference is 0 whatever the network has learned, so its systematic
 * errors fade from pass to pass, and what is left is what noise does. At last the flow is settled on the pictures.
 */
import { z } from "zod";
import { constant, input, program, type Session, type Value, value } from "../../../engine/index.ts";
import { ApexError } from "../../../contract/errors.ts";
import type { Plane } from "../../pictures/resample.ts";
import { checkPair, type Flow, type FlowMethod, type FlowPair } from "../flow.ts";
import { raftForward } from "../raft/network.ts";
import { MOST_PIXELS, paddingFor, wholeSide } from "../raft/pad.ts";
import type { RaftParts } from "../raft/sessions.ts";
import { CELL } from "../raft/upsample.ts";
import { warped } from "../warp.ts";
import { enlargedPlanes, gridToFlow, type Lattice, spacingOf, toPlanes } from "./grid.ts";
import { settle } from "./settle/settle.ts";

export const microRaftOptions = z.object({
  /** Warps of the second frame, the first by nothing. */
  passes: z.int().min(1).max(20).default(1),
  /** Updates of the network in each pass. */
  iterations: z.int().min(1).max(20).default(2),
  /** Done once a pass moves no pixel by more than this; 0: never early. */
  threshold: z.number().min(0).max(10).default(0),
  /** Comparisons of both frames by which the network's flow is settled (settle.ts); 0: it is left as it is. */
  rounds: z.int().min(0).max(50).default(6),
});
export type MicroRaftOptions = z.infer<typeof microRaftOptions>;

export interface MicroRaft extends FlowMethod<MicroRaftOptions>, AsyncDisposable {
  /** As `compute`; `signal` is looked at between passes. */
  readonly flow: (pair: FlowPair, options: MicroRaftOptions, signal?: AbortSignal) => Promise<Flow>;
}

interface Held extends Lattice {
  readonly iterations: number;
  readonly session: Session;
}

/**
 * Frames that would be too large for the network once enlarged are taken as they are.
 * Throws ApexError `shape-mismatch` for those that are too large even so.
 */
function geometryOf(width: number, height: number): Lattice {
  paddingFor(width, height);
  const factor = 4 * width * height <= MOST_PIXELS ? 2 : 1;
  const places = (length: number) => wholeSide(length * factor) / CELL;
  return { factor, rows: places(height), columns: places(width) };
}

/** Holds one session, of the size last asked for: dispose it with `await using`. Weights as the shipped ones are trained. */
export function microRaft(parts: RaftParts): MicroRaft {
  let held: Held | null = null;
  const close = async (): Promise<void> => {
    await held?.session[Symbol.asyncDispose]();
    held = null;
  };
  const open = async (size: Lattice, iterations: number): Promise<Held> => {
    if (held?.rows === size.rows && held.columns === size.columns && held.iterations === iterations)
      return { ...held, factor: size.factor };
    await close();
    held = { ...size, iterations, session: await compile(parts, size, iterations) };
    return held;
  };
  const flow: MicroRaft["flow"] = async (pair, { passes, iterations, threshold, rounds }, signal) => {
    checkPair(pair);
    const { width, height } = pair.onset;
    const own = await open(geometryOf(width, height), iterations);
    const size = { width: own.columns * CELL, height: own.rows * CELL };
    const still = enlargedPlanes(toPlanes(pair.onset), own.factor, size);
    const source = toPlanes(pair.apex);
    const grid = new Float32Array(2 * own.rows * own.columns);
    const dense = (from: Float32Array): Flow => gridToFlow(from, own, { width, height });
    for (let pass = 0; pass < passes; pass++) {
      if (signal?.aborted === true) throw new ApexError("cancelled", "The optical flow was cancelled.");
      const second = pass === 0 ? source : moved(source, dense(grid));
      const more = await step(own, still, enlargedPlanes(second, own.factor, size));
      for (let i = 0; i < grid.length; i++) grid[i] += more[i];
      if (longest(more) * spacingOf(own) < threshold) break;
    }
    return rounds === 0 ? dense(grid) : settle(pair, { lattice: own, start: grid, rounds });
  };
  return {
    name: `micro-raft-${parts.weights.model}`,
    version: 3,
    options: microRaftOptions,
    compute: (pair, options) => flow(pair, options),
    flow,
    [Symbol.asyncDispose]: close,
  };
}

function longest(grid: Float32Array): number {
  const places = grid.length / 2;
  return grid.subarray(0, places).reduce((most, u, i) => Math.max(most, Math.hypot(u, grid[places + i])), 0);
}

async function compile(
  { weights, executor }: RaftParts,
  { rows, columns }: Lattice,
  iterations: number,
): Promise<Session> {
  const shape = [2, 3, rows * CELL, columns * CELL];
  const images = [input("first", shape), input("second", shape)] as const;
  const parameters = Object.fromEntries(
    [...weights.parameters].map(([name, own]) => [name, constant(own.data, own.shape)] as const),
  );
  const { low } = raftForward({ model: weights.model, images, parameters, iterations });
  return executor.compile(program({ inputs: images, outputs: { flow: low[iterations - 1] } }));
}

/** Half the difference of both orders' answers, on the grid: [2, rows, columns]. */
async function step({ session, rows, columns }: Held, a: Float32Array, b: Float32Array): Promise<Float32Array> {
  const both = (x: Float32Array, y: Float32Array): Value => {
    const data = new Float32Array(2 * x.length);
    data.set(x);
    data.set(y, x.length);
    return value(data, [2, 3, rows * CELL, columns * CELL]);
  };
  const { flow } = await session.run({ first: both(a, b), second: both(b, a) });
  const half = flow.data.length / 2;
  return Float32Array.from({ length: half }, (_, i) => (flow.data[i] - flow.data[half + i]) / 2);
}

function moved(planes: readonly Plane[], flow: Flow): Plane[] {
  return planes.map((plane) => ({ ...plane, data: warped(plane, flow).value }));
}
