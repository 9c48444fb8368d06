/** Pairs as a training step takes them. */
import { enlargedPlanes, toPlanes } from "../../vision/flow/micro/grid.ts";
import { gridTruth } from "../../vision/flow/pairs/grid.ts";
import type { Pair } from "../../vision/flow/pairs/pair.ts";
import { CELL } from "../../vision/flow/raft/upsample.ts";

export interface RaftBatch {
  /** [N, 3, side, side], 0..255. */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  /** [N, 2, side / 8, side / 8], places of the grid. */
  readonly truth: Float32Array<ArrayBuffer>;
}

export interface RaftBatchOptions {
  readonly batch: number;
  /** Pixels of the network's pictures. */
  readonly side: number;
  /** Pair `n` of the stream, `side` pixels a side. */
  readonly pair: (n: number, side: number) => Promise<Pair>;
  /** How many times pair `n` is enlarged for the network. */
  readonly factor: (n: number) => number;
}

/** Pairs `from`.. of the stream. */
export async function raftBatch({ batch, side, pair, factor }: RaftBatchOptions, from: number): Promise<RaftBatch> {
  const grid = side / CELL;
  const picture = 3 * side * side;
  const places = 2 * grid * grid;
  const out = {
    first: new Float32Array(batch * picture),
    second: new Float32Array(batch * picture),
    truth: new Float32Array(batch * places),
  };
  for (let i = 0; i < batch; i++) {
    const enlarge = factor(from + i);
    const own = await pair(from + i, side / enlarge);
    const size = { width: side, height: side };
    out.first.set(enlargedPlanes(toPlanes(own.onset), enlarge, size), i * picture);
    out.second.set(enlargedPlanes(toPlanes(own.apex), enlarge, size), i * picture);
    const truth = out.truth.subarray(i * places, (i + 1) * places);
    gridTruth(own.at, { rows: grid, columns: grid, factor: enlarge }, truth);
  }
  return out;
}
