/** TensorFlow.js with a backend: its plain JavaScript one, or TensorFlow itself where a lab has installed tfjs-node-gpu. */
import { createRequire } from "node:module";
import util from "node:util";
import { ApexError } from "../../../contract/errors.ts";
import type { Tf } from "./rows/rule.ts";

/** `cpu`: plain JavaScript, always there. `tensorflow`: the optional package @tensorflow/tfjs-node-gpu. */
export type TfjsBackend = "cpu" | "tensorflow";

const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";
const installed = createRequire(import.meta.url);

/** Whether a lab has installed tfjs-node-gpu; loads none of it. */
export function tfjsGpuInstalled(): boolean {
  try {
    installed.resolve(GPU_PACKAGE);
    return true;
  } catch {
    return false;
  }
}

const loaded = new Map<TfjsBackend, Promise<Tf>>();

/** Throws ApexError `executor-failed` when the package is not there or its library does not start. */
export function loadTfjs(backend: TfjsBackend): Promise<Tf> {
  const known = loaded.get(backend) ?? load(backend);
  loaded.set(backend, known);
  return known;
}

async function load(backend: TfjsBackend): Promise<Tf> {
  try {
    const tf = backend === "cpu" ? await plain() : withTensorFlow();
    // Without its advice on the console, and without a check for NaN in every op: training has its own.
    tf.enableProdMode();
    if (await tf.setBackend(backend)) return tf;
    throw new Error(`its backend "${backend}" does not start`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApexError("executor-failed", `TensorFlow.js could not be loaded: ${reason}`, { cause: error });
  }
}

async function plain(): Promise<Tf> {
  const core = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-cpu");
  return core;
}

function withTensorFlow(): Tf {
  // Its last release still calls this function, which Node 23 took away.
  if (!("isNullOrUndefined" in util))
    Object.assign(util, { isNullOrUndefined: (x: unknown) => x === null || x === undefined });
  return installed(GPU_PACKAGE) as Tf;
}
