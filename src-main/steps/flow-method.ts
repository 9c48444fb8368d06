/** The method of a flow or a curve, as a job's configuration names it: it is part of the job's key. */
import { z } from "zod";
import { ApexError, unreachable } from "../contract/errors.ts";
import { FLOW_METHODS } from "../contract/flow.ts";
import type { Flow, FlowPair } from "../vision/flow/flow.ts";
import { TVL1 } from "../vision/flow/tvl1/tvl1.ts";

/** Part of the key, so that a new version of one method leaves the other methods' results standing. */
export const FLOW_VERSIONS: Readonly<Record<(typeof FLOW_METHODS)[number], number>> = { tvl1: TVL1.version, raft: 1 };

const tvl1 = z.object({
  method: z.literal("tvl1"),
  methodVersion: z.int().default(TVL1.version),
  options: TVL1.options.prefault({}),
});

export const flowMethod = z.discriminatedUnion("method", [tvl1]);
export type FlowMethodConfig = z.infer<typeof flowMethod>;

export type ComputeFlow = (pair: FlowPair) => Promise<Flow>;

/** @throws ApexError run-invalid for a job that was planned for another version of its method */
export function openFlowMethod(config: FlowMethodConfig): ComputeFlow {
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
    default:
      return unreachable(config.method, "flow method");
  }
}
