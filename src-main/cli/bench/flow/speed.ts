/** RAFT's time beside torchvision's on the same size, iterations and threads, in turns within one run. */
import { type Executor, Random, size, type Value, value } from "../../../engine/index.ts";
import { parametersOf } from "../../../vision/flow/raft/model.ts";
import { raftMethod } from "../../../vision/flow/raft/raft.ts";
import type { Picture } from "../../../vision/pictures/picture.ts";
import { openTorchRaft } from "./peers.ts";

export interface FlowSpeed {
  /** Milliseconds of a pair at 224 x 224 and 20 iterations: the best of the rounds. */
  readonly ours: number;
  readonly torch: number | null;
  readonly ratio: number | null;
}

const SIDE = 224;
const ITERATIONS = 20;
const ROUNDS = 20;

/** Random weights on both sides: time does not depend on them. */
export async function flowSpeed(executor: Executor, threads: number): Promise<FlowSpeed> {
  const random = new Random(1);
  const parameters = new Map<string, Value>(
    parametersOf("small").map(({ name, shape }) => [
      name,
      value(
        Float32Array.from({ length: size(shape) }, () => 0.02 * random.normal()),
        shape,
      ),
    ]),
  );
  await using raft = raftMethod({ executor, weights: { model: "small", parameters } });
  const picture = (): Picture => ({
    width: SIDE,
    height: SIDE,
    rgb: Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.integer(256)),
  });
  const pair = { onset: picture(), apex: picture() };
  const options = raft.options.parse({ iterations: ITERATIONS });
  await raft.compute(pair, options);
  await using torch = await openTorchRaft(threads);
  let [ours, theirs] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await raft.compute(pair, options);
    ours = Math.min(ours, performance.now() - start);
    if (torch !== null) theirs = Math.min(theirs, await torch.time());
  }
  return torch === null ? { ours, torch: null, ratio: null } : { ours, torch: theirs, ratio: ours / theirs };
}
