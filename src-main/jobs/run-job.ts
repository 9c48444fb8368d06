/** Performs one job in this process: finds its inputs, runs its step, and lets the result appear whole. */
import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { ApexError } from "../contract/errors.ts";
import type { AnyStep, StepTable } from "../steps/registry.ts";
import { asFault } from "../store/faults.ts";
import { flushFolder, flushTree, makeFolder } from "../store/files.ts";
import { acquireLock } from "../store/lock.ts";
import { fromStored } from "../store/paths.ts";
import { digestFile } from "../store/tables/digests.ts";
import { isFinished, readRunSpec, resultFolder, writeRunSpec } from "./folder.ts";
import { type JobInput, type JobSpec, jobKey } from "./key.ts";

/** A worker whose host was killed ends at its next pause, after its current step: a restarted host waits for that. */
const LAST_STEP_MS = 5000;

export type OnStepProgress = (progress: { done: number; total: number; note: string | null }) => void;

export interface RunJobOptions {
  /** Absolute. */
  readonly workspaceFolder: string;
  readonly steps: StepTable;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnStepProgress;
}

export interface JobOutcome {
  readonly key: string;
  readonly step: string;
  /** Absolute. */
  readonly folder: string;
  /** The result stood already; nothing was run. */
  readonly cached: boolean;
}

/**
 * Runs the job unless its result stands. Opens no study database. A cache job is written under a temporary name and
 * renamed when flushed, so a fault leaves nothing; a run job works on in `runs/<key>/` under that folder's own lock.
 * Errors: what the step throws, `cancelled`, `disk-full`, `read-only`, `not-found` (a missing input),
 * `file-unreadable` (a source that changed since the job was planned), `workspace-busy` (the run folder is being worked on).
 */
export async function runJob(spec: JobSpec, options: RunJobOptions): Promise<JobOutcome> {
  const step = stepOf(spec, options.steps);
  const address = { place: step.place, step: step.name, key: jobKey(spec) };
  const folder = resultFolder(options.workspaceFolder, address);
  const outcome = { key: address.key, step: step.name, folder };
  if (isFinished(options.workspaceFolder, address)) return { ...outcome, cached: true };
  try {
    const inputs = await findInputs(spec, options);
    const work = { step, spec, inputs, options };
    if (step.place === "cache") {
      await fillCache(work, folder);
      return { ...outcome, cached: false };
    }
    return { ...outcome, cached: !(await workInRunFolder(work, address)) };
  } catch (error) {
    throw jobFault(error, { step: step.name, folder: options.workspaceFolder, signal: options.signal });
  }
}

/** Runs the job that `runs/<key>/config.json` describes; reads that and the cache, writes only `runs/<key>/`. Errors: as runJob, and `not-found`. */
export async function runJobByKey(key: string, options: RunJobOptions): Promise<JobOutcome> {
  const spec = readRunSpec(options.workspaceFolder, key);
  if (stepOf(spec, options.steps).place !== "runs")
    throw new ApexError(
      "run-invalid",
      `The job ${key} ("${spec.step}") does not belong in runs/: start the run again.`,
    );
  return runJob(spec, options);
}

interface Work {
  readonly step: AnyStep;
  readonly spec: JobSpec;
  readonly inputs: ReadonlyMap<string, string>;
  readonly options: RunJobOptions;
}

async function fillCache(work: Work, folder: string): Promise<void> {
  const temporary = `${folder}.tmp-${process.pid}`;
  try {
    rmSync(temporary, { recursive: true, force: true });
    makeFolder(temporary);
    await runStep(work, temporary);
    flushTree(temporary);
    try {
      renameSync(temporary, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error; // else another process finished the same job first: equal keys, equal results
    }
    flushFolder(path.dirname(folder));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Whether there was anything left to do once the folder's lock was held. */
async function workInRunFolder(
  work: Work,
  address: { place: "runs" | "cache"; step: string; key: string },
): Promise<boolean> {
  const folder = writeRunSpec(work.options.workspaceFolder, work.spec);
  using _lock = acquireLock(folder, "The run folder", { waitMs: LAST_STEP_MS });
  if (isFinished(work.options.workspaceFolder, address)) return false;
  await runStep(work, folder);
  if (!isFinished(work.options.workspaceFolder, address))
    throw new ApexError("internal", `The step "${address.step}" ended without a result.json in ${folder}.`, {
      file: folder,
    });
  return true;
}

async function runStep({ step, spec, inputs, options }: Work, folder: string): Promise<void> {
  const signal = options.signal ?? new AbortController().signal;
  throwIfCancelled(signal);
  await step.run({
    config: spec.config,
    folder,
    inputs: [...inputs.keys()],
    input: (name) => {
      const found = inputs.get(name);
      if (found === undefined)
        throw new ApexError(
          "internal",
          `The step "${step.name}" asks for an input "${name}" that its job does not have.`,
        );
      return found;
    },
    signal,
    progress: (done, total, note) => options.onProgress?.({ done, total, note: note ?? null }),
  });
  throwIfCancelled(signal);
}

async function findInputs(spec: JobSpec, options: RunJobOptions): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of Object.keys(spec.inputs).sort()) found.set(name, await findInput(spec.inputs[name], options));
  return found;
}

async function findInput(input: JobInput, { workspaceFolder, steps }: RunJobOptions): Promise<string> {
  if (input.kind === "file") {
    const file = fromStored(workspaceFolder, input.path);
    if ((await digestFile(file)) !== input.digest)
      throw new ApexError(
        "file-unreadable",
        `${file} changed since this job was planned: import its dataset again, then start the run again.`,
        { file },
      );
    return file;
  }
  const place = steps[input.step]?.place;
  const address = place && { place, step: input.step, key: input.key };
  if (address === undefined || !isFinished(workspaceFolder, address))
    throw new ApexError(
      "not-found",
      `The result ${input.key} of "${input.step}", which this job needs, is not in ${workspaceFolder}: start the run again.`,
    );
  return resultFolder(workspaceFolder, address);
}

function stepOf(spec: JobSpec, steps: StepTable): AnyStep {
  const step = steps[spec.step];
  if (step === undefined)
    throw new ApexError(
      "run-invalid",
      `This Apexlab has no step named "${spec.step}": update it, or start the run again.`,
    );
  if (step.version !== spec.version)
    throw new ApexError(
      "run-invalid",
      `The job was made for version ${spec.version} of "${spec.step}"; this Apexlab has version ${step.version}: start the run again.`,
    );
  return step;
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ApexError("cancelled", "Cancelled.");
}

function jobFault(error: unknown, context: { step: string; folder: string; signal?: AbortSignal }): ApexError {
  if (context.signal?.aborted === true) return new ApexError("cancelled", "Cancelled.", { cause: error });
  const known = asFault(error, `running "${context.step}"`, context.folder);
  if (known instanceof ApexError) return known;
  const message = known instanceof Error ? known.message : String(known);
  return new ApexError("internal", `The step "${context.step}" failed: ${message}`, { cause: error });
}
