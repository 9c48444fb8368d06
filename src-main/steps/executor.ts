/** Where training and scoring compute, as their configurations state it: it is part of a job's key. */
import { createRequire } from "node:module";
import { z } from "zod";
import { type Device, DEVICES } from "../contract/devices.ts";
import { ApexError } from "../contract/errors.ts";
import { blockSize } from "../engine/executors/blocks.ts";
import { onnxExecutor } from "../engine/executors/onnx.ts";
import { type Executor, tfjsExecutor, tfjsGpuInstalled } from "../engine/index.ts";

export const computing = z.object({
  /** What `auto` was resolved to. */
  device: z.enum(DEVICES),
  /** `onnxruntime-node 1.30.0`: results are bit-equal within one version only. */
  runtime: z.string(),
  threads: z.int().min(1).max(256),
  /** Channels in a block of the CPU's layout, where the job was planned for machines of one kind. */
  block: z.int().min(0).optional(),
});
export type Computing = z.infer<typeof computing>;

const load = createRequire(import.meta.url);

/** The runtime of this installation that computes on a device; loads none of it. */
export function installedRuntime(device: Device = "cpu"): string {
  if (device !== "tfjs") return nameAndVersion("onnxruntime-node");
  return nameAndVersion(tfjsGpuInstalled() ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-core");
}

function nameAndVersion(name: string): string {
  const { version } = z.object({ version: z.string() }).parse(load(`${name}/package.json`));
  return `${name} ${version}`;
}

/** How a step gets at the executor of its configuration. */
export type ExecutorOf = (computing: Computing) => Executor;

/** Throws ApexError `run-invalid` when the job was planned for another runtime than the one that is installed here. */
export const executorFor: ExecutorOf = ({ device, runtime, threads, block }) => {
  const installed = installedRuntime(device);
  if (runtime !== installed) {
    throw new ApexError(
      "run-invalid",
      `This job was planned for ${runtime}, but ${installed} is installed here and would give other numbers: start the run again.`,
    );
  }
  switch (device) {
    case "cpu":
      return ofBlock(onnxExecutor({ threads }), block);
    case "webgpu":
    case "cuda":
    case "coreml":
      return onnxExecutor({ threads, provider: device });
    case "directml":
      return onnxExecutor({ threads, provider: "dml" });
    case "tfjs":
      return tfjsExecutor({ backend: tfjsGpuInstalled() ? "tensorflow" : "cpu" });
  }
};

/** Refuses a machine whose processor adds up in another order than the one that the job was planned for. */
function ofBlock(executor: Executor, block: number | undefined): Executor {
  if (block === undefined) return executor;
  return {
    ...executor,
    compile: async (program) => {
      const own = await blockSize();
      if (own !== block)
        throw new ApexError(
          "run-invalid",
          `This job was planned for processors that compute ${block} channels at a time, but this one computes ${own} and would give other numbers: start the run again here.`,
        );
      return executor.compile(program);
    },
  };
}
