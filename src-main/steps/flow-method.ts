/** The method of a flow or a curve, as a job's configuration names it: it is part of the job's key. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ApexError, fromSystemError, unreachable } from "../contract/errors.ts";
import type { FlowMethodName } from "../contract/flow.ts";
import type { Flow, FlowPair } from "../vision/flow/flow.ts";
import { raftAsTrained, type TrainedRaft, trainedRaftOptions } from "../vision/flow/micro/open.ts";
import { TVL1 } from "../vision/flow/tvl1/tvl1.ts";
import { computing, executorFor } from "./executor.ts";

/** Part of the key, so that a new version of one method leaves the other methods' results standing. */
export const FLOW_VERSIONS: Readonly<Record<FlowMethodName, number>> = { tvl1: TVL1.version, raft: 3 };

const tvl1 = z.object({
  method: z.literal("tvl1"),
  methodVersion: z.int().default(FLOW_VERSIONS.tvl1),
  options: TVL1.options.prefault({}),
});

/** Its weights are the job's input `weights`. */
const raft = z.object({
  method: z.literal("raft"),
  methodVersion: z.int().default(FLOW_VERSIONS.raft),
  options: trainedRaftOptions.prefault({}),
  ...computing.shape,
});

export const flowMethod = z.discriminatedUnion("method", [tvl1, raft]);
export type FlowMethodConfig = z.infer<typeof flowMethod>;

export type ComputeFlow = (pair: FlowPair, signal?: AbortSignal) => Promise<Flow>;

/**
 * `weights`: the file of a method that has any.
 * @throws ApexError run-invalid for a job that was planned for another version of its method, or another runtime;
 * file-missing, weights-invalid
 */
export async function openFlowMethod(config: FlowMethodConfig, weights: () => string): Promise<ComputeFlow> {
  const here = FLOW_VERSIONS[config.method];
  if (config.methodVersion !== here) {
    throw new ApexError(
      "run-invalid",
      `This job wants version ${config.methodVersion} of the flow method ${config.method}; this program has version ${here}. Start the run again.`,
    );
  }
  switch (config.method) {
    case "tvl1":
      return (pair) => TVL1.compute(pair, config.options);
    case "raft": {
      const { compute } = await openRaft(config, weights());
      return (pair, signal) => compute(pair, config.options, signal);
    }
    default:
      return unreachable(config, "flow method");
  }
}

/** The network that this process used last: compiling it takes longer than a pair. */
let held: { readonly key: string; readonly raft: TrainedRaft } | null = null;

async function openRaft(config: z.infer<typeof raft>, file: string): Promise<TrainedRaft> {
  const { device, runtime, threads } = config;
  const key = JSON.stringify([file, device, runtime, threads]);
  if (held?.key === key) return held.raft;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fromSystemError(error, "reading the weights of RAFT");
  });
  await held?.raft[Symbol.asyncDispose]();
  held = null;
  const opened = raftAsTrained({ bytes, file, executor: executorFor(config) });
  // Keys are made without opening the method: both must say the same version.
  if (opened.version !== FLOW_VERSIONS.raft)
    throw new ApexError("internal", `RAFT is of version ${opened.version}, its jobs of version ${FLOW_VERSIONS.raft}.`);
  held = { key, raft: opened };
  return opened;
}
