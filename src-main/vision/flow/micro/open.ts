/** RAFT as the weights of a file were trained to be used: our own by `microRaft`, others as their authors use them. */
import { z } from "zod";
import type { Executor } from "../../../engine/index.ts";
import type { Flow, FlowPair } from "../flow.ts";
import { raftMethod, raftOptions } from "../raft/raft.ts";
import { readRaftWeights } from "../raft/weights/read.ts";
import { microRaft, type MicroRaft, type MicroRaftOptions } from "./refine.ts";
import { isMicro } from "./weights.ts";

/** Absent ones are those that the weights were trained for. */
export const trainedRaftOptions = z.object({
  /** Updates of the flow; our own weights make them in passes, between which the second frame is warped. */
  iterations: z.int().min(1).max(200).optional(),
  /** A pair is done once an update, or a pass, moves no place by more than this many pixels. */
  threshold: z.number().min(0).max(10).optional(),
});
export type TrainedRaftOptions = z.infer<typeof trainedRaftOptions>;

/** Dispose it with `await using`. */
export interface TrainedRaft extends AsyncDisposable {
  /** Of the way that the weights were trained for; part of the keys of jobs. */
  readonly version: number;
  /** Errors as `raftMethod`'s and `microRaft`'s. */
  readonly compute: (pair: FlowPair, options: TrainedRaftOptions, signal?: AbortSignal) => Promise<Flow>;
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
    return {
      version: own.version,
      compute: (pair, options, signal) => own.flow(pair, inPasses(own, options), signal),
      [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
    };
  }
  const own = raftMethod({ executor, weights });
  return {
    version: own.version,
    compute: async (pair, options, signal) => (await own.computeAll([pair], raftOptions.parse(options), signal))[0],
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}

function inPasses({ options }: MicroRaft, { iterations, threshold }: TrainedRaftOptions): MicroRaftOptions {
  const trained = options.parse({ threshold });
  if (iterations === undefined) return trained;
  return options.parse({ ...trained, passes: Math.min(20, Math.ceil(iterations / trained.iterations)) });
}
