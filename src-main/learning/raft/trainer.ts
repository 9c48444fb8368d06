/** Trains RAFT step by step on a stream of pairs. */
import { ApexError } from "../../contract/errors.ts";
import { type Executor, type Value, value } from "../../engine/index.ts";
import { gridTruth, planes } from "../../vision/flow/pairs/grid.ts";
import type { Pair } from "../../vision/flow/pairs/pair.ts";
import { raftTrainingProgram, type RaftTrainingShape } from "./program.ts";
import type { RaftState } from "./state.ts";

export interface RaftTrainerOptions extends RaftTrainingShape {
  readonly executor: Executor;
  /** Pair `n` of the stream, `side` pixels a side. */
  readonly pair: (n: number, side: number) => Promise<Pair>;
  /** How many times pair `n` is enlarged for the network. */
  readonly factor: (n: number) => number;
}

export interface RaftStep {
  readonly state: RaftState;
  readonly loss: number;
  /** Its part that teaches the features. */
  readonly matching: number;
  /** Mean end-point error of the last iteration, px of the network. */
  readonly error: number;
}

/** A compiled training step; dispose it with `await using`. */
export interface RaftTrainer extends AsyncDisposable {
  /** The next step. Throws ApexError `not-finite` when the loss is no number, and what the executor throws. */
  readonly step: (state: RaftState, lr: number) => Promise<RaftStep>;
}

export async function createRaftTrainer(options: RaftTrainerOptions): Promise<RaftTrainer> {
  const { executor, batch, side, factor } = options;
  const session = await executor.compile(raftTrainingProgram(options));
  const grid = side / 8;
  const shapes = { picture: 3 * side * side, truth: 2 * grid * grid };

  const fill = async (from: number): Promise<Record<string, Value>> => {
    const first = new Float32Array(batch * shapes.picture);
    const second = new Float32Array(batch * shapes.picture);
    const truth = new Float32Array(batch * shapes.truth);
    for (let i = 0; i < batch; i++) {
      const enlarge = factor(from + i);
      const pair = await options.pair(from + i, side / enlarge);
      const own = (all: Float32Array, length: number) => all.subarray(i * length, (i + 1) * length);
      planes(pair.onset, enlarge, own(first, shapes.picture));
      planes(pair.apex, enlarge, own(second, shapes.picture));
      gridTruth(pair.at, { rows: grid, columns: grid, factor: enlarge }, own(truth, shapes.truth));
    }
    return {
      first: value(first, [batch, 3, side, side]),
      second: value(second, [batch, 3, side, side]),
      truth: value(truth, [batch, 2, grid, grid]),
    };
  };

  return {
    step: async (state, lr) => {
      const step = state.step + 1;
      const outputs = await session.run({
        ...(await fill(state.pairs)),
        ...Object.fromEntries(state.tensors),
        lr: value(Float32Array.of(lr), []),
        step: value(Float32Array.of(step), []),
      });
      const [loss, matching, error] = [outputs.loss, outputs.matching, outputs.error].map(({ data }) => data[0]);
      if (!Number.isFinite(loss))
        throw new ApexError(
          "not-finite",
          `RAFT's training met a number that is not finite at step ${step}: lower its rate.`,
        );
      const tensors = new Map(Array.from(state.tensors.keys(), (name) => [name, outputs[name]]));
      return { state: { step, pairs: state.pairs + batch, tensors }, loss, matching, error };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
