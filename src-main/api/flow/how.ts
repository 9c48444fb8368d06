/** How flow is computed, from what a door asks to a job's configuration: a method, its weights, the head's motion. */
import { ApexError, unreachable } from "../../contract/errors.ts";
import type { FlowHow, FlowMethodName } from "../../contract/flow.ts";
import type { JobInput } from "../../jobs/key.ts";
import { FLOW_VERSIONS } from "../../steps/flow-method.ts";

/** What is meant where nobody names a method. */
export const BEST_FLOW: FlowMethodName = "tvl1";

/** A settled way, and where its weights lie. */
export interface SettledFlow extends FlowHow {
  /** Absolute; null for methods without weights. */
  readonly file: string | null;
}

interface Asked {
  readonly method: FlowMethodName | null;
  /** A file. */
  readonly weights: string | null;
  readonly headMotion: FlowHow["headMotion"];
}

/** Errors: `run-invalid` (weights for a method without any); `file-missing`, `weights-invalid`, naming the file. */
export async function settleFlow({ method, weights, headMotion }: Asked): Promise<SettledFlow> {
  const chosen = method ?? (weights === null ? BEST_FLOW : "raft");
  const version = FLOW_VERSIONS[chosen];
  switch (chosen) {
    case "tvl1":
      if (weights === null) return { method: chosen, version, weights: null, headMotion, file: null };
      throw new ApexError("run-invalid", "TV-L1 has no weights: leave them out, or choose RAFT.", {
        file: weights,
      });
    case "raft":
      throw new ApexError("run-invalid", "RAFT flow is not part of this version: choose TV-L1.");
    default:
      return unreachable(chosen, "flow method");
  }
}

/** The way as a step's configuration has it. */
export const methodConfig = ({ method, version }: FlowHow) => ({ method, methodVersion: version });

/** The weights as an input of a job: their digest is a part of its key, wherever they lie. */
export function weightsInput({ weights, file }: SettledFlow): Readonly<Record<string, JobInput>> {
  return weights === null ? {} : { weights: { kind: "file", path: file ?? "", digest: weights } };
}
