/** RAFT as the weights of a file were trained to be used: our own by `microRaft`, others as their authors use them. */
import type { Executor } from "../../../engine/index.ts";
import type { Flow, FlowPair } from "../flow.ts";
import { type RaftOptions, raftMethod } from "../raft/raft.ts";
import { readRaftWeights } from "../raft/weights/read.ts";
import { microRaft } from "./refine.ts";
import { isMicro } from "./weights.ts";

/** Dispose it with `await using`. */
export interface TrainedRaft extends AsyncDisposable {
  /** `options` are those of the authors' way; ours has settings of its own. Errors as `raftMethod`'s and `microRaft`'s. */
  readonly compute: (pair: FlowPair, options: RaftOptions, signal?: AbortSignal) => Promise<Flow>;
}

export interface WeightBytes {
  readonly bytes: Uint8Array;
  /** For sentences. */
  readonly file: string;
  readonly executor: Executor;
}

/** Throws ApexError `weights-invalid`, naming the file. */
export function raftAsTrained({ bytes, file, executor }: WeightBytes): TrainedRaft {
  const weights = readRaftWeights(bytes, { file });
  if (isMicro(bytes)) {
    const own = microRaft({ executor, weights });
    const options = own.options.parse({});
    return {
      compute: (pair, _options, signal) => own.flow(pair, options, signal),
      [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
    };
  }
  const own = raftMethod({ executor, weights });
  return {
    compute: async (pair, options, signal) => (await own.computeAll([pair], options, signal))[0],
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}
