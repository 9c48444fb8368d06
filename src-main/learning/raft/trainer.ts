/** Trains RAFT step by step on a stream of pairs. */
import { ApexError } from "../../contract/errors.ts";
import { type Executor, value } from "../../engine/index.ts";
import type { RaftBatch } from "./batch.ts";
import { raftTrainingProgram, type RaftTrainingShape } from "./program.ts";
import type { RaftState } from "./state.ts";

export interface RaftTrainerOptions extends RaftTrainingShape {
  readonly executor: Executor;
  /** The batch of pairs `from`.. of the stream. */
  readonly pairs: (from: number) => Promise<RaftBatch>;
  /** How much of the parameters' running average stays from step to step. */
  readonly average: number;
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
  const { executor, batch, side, pairs, average } = options;
  const session = await executor.compile(raftTrainingProgram(options));
  return {
    step: async (state, lr) => {
      const step = state.step + 1;
      const { first, second, truth } = await pairs(state.pairs);
      const outputs = await session.run({
        first: value(first, [batch, 3, side, side]),
        second: value(second, [batch, 3, side, side]),
        truth: value(truth, [batch, 2, side / 8, side / 8]),
        ...Object.fromEntries(state.tensors),
        lr: value(Float32Array.of(lr), []),
        step: value(Float32Array.of(step), []),
        // At the start the average is over all steps so far.
        blend: value(Float32Array.of(Math.max(1 - average, 1 / step)), []),
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
