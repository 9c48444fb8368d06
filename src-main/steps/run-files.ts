/** The files of a training run: checkpoint and metrics that belong together, and the weights at its end. */
import { type FileHandle, open, readFile } from "node:fs/promises";
import path from "node:path";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { recordsOf } from "../learning/training/fit.ts";
import { discard, writeDurably } from "./durable.ts";

export const WEIGHTS_FILE = "weights.safetensors";
export const METRICS_FILE = "metrics.jsonl";
export const CHECKPOINT_FILE = "checkpoint.safetensors";

/** Dispose it with `await using`. */
export interface RunFiles extends AsyncDisposable {
  /** Where to go on; null at the start. */
  readonly checkpoint: Uint8Array | null;
  /** Why an existing checkpoint is not used, for a person; null when there is nothing to say. */
  readonly notice: string | null;
  readonly appendMetrics: (record: object) => Promise<void>;
  /** The metrics so far are on the disk before the checkpoint that counts them. */
  readonly saveCheckpoint: (parts: readonly Uint8Array[]) => Promise<void>;
  /** Once the result stands: three times the size of the weights, it is of no use any more. */
  readonly dropCheckpoint: () => Promise<void>;
}

/**
 * Opens a run folder to begin or to go on: the metrics are cut back to the lines that the checkpoint knows.
 * Throws ApexError `disk-full`, `read-only`.
 */
export async function openRunFiles(folder: string): Promise<RunFiles> {
  const checkpointFile = path.join(folder, CHECKPOINT_FILE);
  const metricsFile = path.join(folder, METRICS_FILE);
  const found = await usable(await readIfThere(checkpointFile), await readIfThere(metricsFile));
  await writeDurably(metricsFile, [found.metrics]);
  const metrics = await openToAppend(metricsFile);
  return {
    checkpoint: found.checkpoint,
    notice: found.notice,
    appendMetrics: (record) => guarded(() => metrics.appendFile(`${JSON.stringify(record)}\n`)),
    saveCheckpoint: async (parts) => {
      await guarded(() => metrics.sync());
      await writeDurably(checkpointFile, parts);
    },
    dropCheckpoint: () => discard(checkpointFile),
    [Symbol.asyncDispose]: () => metrics.close(),
  };
}

/** Where a run folder's training stood last, with the metrics until then; null where it cannot go on from anywhere. */
export async function lastCheckpoint(
  folder: string,
): Promise<{ readonly checkpoint: Uint8Array; readonly metrics: Uint8Array } | null> {
  const [checkpoint, metrics] = [path.join(folder, CHECKPOINT_FILE), path.join(folder, METRICS_FILE)];
  const found = usable(await readIfThere(checkpoint), await readIfThere(metrics));
  return found.checkpoint === null ? null : { checkpoint: found.checkpoint, metrics: found.metrics };
}

interface Usable {
  readonly checkpoint: Uint8Array | null;
  readonly metrics: Uint8Array;
  readonly notice: string | null;
}

const NOTHING = new Uint8Array();

/** A checkpoint that is damaged, or whose metrics are gone, costs time but not the run: training starts again. */
function usable(checkpoint: Uint8Array | null, metrics: Uint8Array | null): Usable {
  if (checkpoint === null) return { checkpoint: null, metrics: NOTHING, notice: null };
  try {
    const kept = firstLines(metrics ?? NOTHING, recordsOf(checkpoint));
    if (kept !== null) return { checkpoint, metrics: kept, notice: null };
  } catch (error) {
    if (!(error instanceof ApexError && error.code === "weights-invalid")) throw error;
  }
  return { checkpoint: null, metrics: NOTHING, notice: "The checkpoint is damaged: training starts again." };
}

/** The bytes of the first `count` lines; null where there are fewer. */
function firstLines(bytes: Uint8Array, count: number): Uint8Array | null {
  let end = 0;
  for (let i = 0; i < count; i++) {
    const newline = bytes.indexOf(10, end);
    if (newline === -1) return null;
    end = newline + 1;
  }
  return bytes.subarray(0, end);
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw fromSystemError(error, "reading a run");
  }
}

function openToAppend(file: string): Promise<FileHandle> {
  return guarded(() => open(file, "a"));
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromSystemError(error, "writing the metrics of a run");
  }
}
