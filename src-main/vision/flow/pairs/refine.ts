/**
 * RAFT made exact around no motion: the second frame is warped by the flow found so far, both frames are enlarged, and
 * the network is asked twice, with the frames in either order. Half the difference of the two answers is added to the
 * flow. For two equal frames that difference is 0 whatever the network has learned, so what is systematic in its errors
 * fades with every pass, and what is left is what noise does.
 */
import { type Executor, input, program, type Value, value } from "../../../engine/index.ts";
import { toPlanes, enlargedPlanes, gridToFlow } from "./grid.ts";
import { type Flow, type FlowPair, zeroFlow } from "../flow.ts";
import { type RaftModel, parametersOf } from "../raft/model.ts";
import { raftForward } from "../raft/network.ts";
import type { Plane } from "../../pictures/resample.ts";
import { type Warped, warp } from "../tvl1/warp.ts";

export interface RefinerOptions {
  readonly executor: Executor;
  readonly width: number;
  readonly height: number;
  readonly factor: number;
  /** Of the network in each pass. */
  readonly iterations: number;
}

const MODEL: RaftModel = "small";
const CELL = 8;

export interface Refiner extends AsyncDisposable {
  /** Flow after so many passes. */
  readonly flow: (pair: FlowPair, weights: ReadonlyMap<string, Value>, passes: number) => Promise<Flow>;
}

export async function createRefiner({ executor, width, height, factor, iterations }: RefinerOptions): Promise<Refiner> {
  const [columns, rows] = [Math.ceil((width * factor) / CELL), Math.ceil((height * factor) / CELL)];
  const size = { width: columns * CELL, height: rows * CELL };
  const shape = [2, 3, size.height, size.width];
  const [first, second] = [input("first", shape), input("second", shape)];
  const specs = parametersOf(MODEL);
  const parameters = specs.map((spec) => input(spec.name, spec.shape));
  const { low } = raftForward({
    model: MODEL,
    images: [first, second],
    parameters: Object.fromEntries(specs.map(({ name }, i) => [name, parameters[i]])),
    iterations,
  });
  const session = await executor.compile(
    program({ inputs: [first, second, ...parameters], outputs: { flow: low[iterations - 1] } }),
  );
  const both = (a: Float32Array, b: Float32Array): Value => {
    const data = new Float32Array(a.length + b.length);
    data.set(a);
    data.set(b, a.length);
    return value(data, shape);
  };
  return {
    flow: async ({ onset, apex }, weights, passes) => {
      const still = enlargedPlanes(toPlanes(onset), factor, size);
      const [source, found] = [toPlanes(apex), zeroFlow(width, height)];
      for (let pass = 0; pass < passes; pass++) {
        const moved = enlargedPlanes(
          source.map((plane) => warped(plane, found)),
          factor,
          size,
        );
        const { flow } = await session.run({
          ...Object.fromEntries(weights),
          first: both(still, moved),
          second: both(moved, still),
        });
        const half = flow.data.length / 2;
        const grid = Float32Array.from({ length: half }, (_, i) => (flow.data[i] - flow.data[half + i]) / 2);
        const more = gridToFlow(grid, { rows, columns, factor }, { width, height });
        for (let i = 0; i < found.u.length; i++) {
          found.u[i] += more.u[i];
          found.v[i] += more.v[i];
        }
      }
      return found;
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function warped(plane: Plane, flow: Flow): Plane {
  const length = plane.data.length;
  const into: Warped = {
    value: new Float32Array(length),
    dx: new Float32Array(length),
    dy: new Float32Array(length),
  };
  warp(plane, flow, into);
  return { ...plane, data: into.value };
}
