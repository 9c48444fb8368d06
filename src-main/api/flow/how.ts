/** How flow is computed, from what a door asks to a job's configuration: a method, its weights, the head's motion. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ApexError, fromSystemError, unreachable } from "../../contract/errors.ts";
import type { FlowHow, FlowMethodName } from "../../contract/flow.ts";
import type { JobInput } from "../../jobs/key.ts";
import { installedRuntime } from "../../steps/executor.ts";
import { FLOW_VERSIONS } from "../../steps/flow-method.ts";
import { readRaftWeights } from "../../vision/flow/raft/weights/read.ts";

/** What is meant where nobody names a method. */
export const BEST_FLOW: FlowMethodName = "raft";

/** A settled way, and where its weights lie. */
export interface SettledFlow extends FlowHow {
  /** Absolute; null for methods without weights. */
  readonly file: string | null;
}

interface Asked {
  readonly method: FlowMethodName | null;
  /** A file; null: those that come with the program. */
  readonly weights: string | null;
  readonly headMotion: FlowHow["headMotion"];
}

/** Weights given alone mean RAFT. Errors: `run-invalid`; `file-missing`, `weights-invalid`, naming the file. */
export async function settleFlow({ method, weights, headMotion }: Asked): Promise<SettledFlow> {
  const chosen = method ?? (weights === null ? BEST_FLOW : "raft");
  const version = FLOW_VERSIONS[chosen];
  switch (chosen) {
    case "tvl1":
      if (weights === null) return { method: chosen, version, weights: null, headMotion, file: null };
      throw new ApexError("run-invalid", "TV-L1 has no weights: leave them out, or choose RAFT.", {
        file: weights,
        setting: "weights",
      });
    case "raft": {
      const file = weights === null ? shippedWeights() : path.resolve(weights);
      const bytes = await readFile(file).catch((error: unknown) => {
        throw fromSystemError(error, "reading the weights of RAFT");
      });
      readRaftWeights(bytes, { file });
      const digest = createHash("sha256").update(bytes).digest("hex");
      return { method: chosen, version, weights: digest, headMotion, file };
    }
    default:
      return unreachable(chosen, "flow method");
  }
}

const SHIPPED = path.join("resources", "raft", "raft-small.safetensors");

/** Our own weights: `resources/` stands beside the sources, and beside the built program. Errors: `run-invalid`. */
export function shippedWeights(setting: "weights" | "flowWeights" = "weights"): string {
  for (let at = import.meta.dirname; at !== path.dirname(at); at = path.dirname(at))
    if (existsSync(path.join(at, SHIPPED))) return path.join(at, SHIPPED);
  throw new ApexError(
    "run-invalid",
    "No weights of RAFT come with this program: give a file of them, or choose TV-L1.",
    { setting },
  );
}

/** The way as a step's configuration has it. One thread a job: as many jobs run beside each other as there are cores. */
export function methodConfig({ method, version }: FlowHow, threads = 1) {
  const named = { method, methodVersion: version };
  return method === "raft" ? { ...named, device: "cpu", runtime: installedRuntime(), threads } : named;
}

/** The weights as an input of a job: their digest is a part of its key, wherever they lie. */
export function weightsInput({ weights, file }: SettledFlow): Readonly<Record<string, JobInput>> {
  return weights === null ? {} : { weights: { kind: "file", path: file ?? "", digest: weights } };
}
