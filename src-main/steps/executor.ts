/** Where training and scoring compute, as their configurations state it: it is part of a job's key. */
import { createRequire } from "node:module";
import { z } from "zod";
import { ApexError } from "../contract/errors.ts";
import { onnxExecutor } from "../engine/executors/onnx.ts";
import type { Executor } from "../engine/index.ts";

export const computing = z.object({
  /** What `auto` was resolved to. */
  device: z.enum(["cpu"]),
  /** `onnxruntime-node 1.30.0`: results are bit-equal within one version only. */
  runtime: z.string(),
  threads: z.int().min(1).max(256),
});
export type Computing = z.infer<typeof computing>;

/** The runtime of this installation; loads none of it. */
export function installedRuntime(): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(createRequire(import.meta.url)("onnxruntime-node/package.json"));
  return `onnxruntime-node ${version}`;
}

/** Throws ApexError `run-invalid` when the job was planned for another runtime than the one that is installed here. */
export function executorFor({ runtime, threads }: Computing): Executor {
  const installed = installedRuntime();
  if (runtime !== installed) {
    throw new ApexError(
      "run-invalid",
      `This job was planned for ${runtime}, but ${installed} is installed here and would give other numbers: start the run again.`,
    );
  }
  return onnxExecutor({ threads });
}
