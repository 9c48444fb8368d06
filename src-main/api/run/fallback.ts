/**
 * A run whose device gives up goes on on the CPU: what is finished stays, a training that has a checkpoint becomes a new
 * job with a key of the CPU, which names the training and the step that it goes on from. Nothing is ever added to the
 * first job: under its key stands only what its own device computed.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { DEVICE_NAMES } from "../../contract/devices.ts";
import type { ErrorCode } from "../../contract/errors.ts";
import { isFinished, runFolder, writeRunSpec } from "../../jobs/folder.ts";
import { describeJob, type JobSpec, jobKey, resultOf } from "../../jobs/key.ts";
import type { JobResult } from "../../jobs/types.ts";
import { decodeCheckpoint } from "../../learning/training/checkpoint.ts";
import type { Computing } from "../../steps/executor.ts";
import { CHECKPOINT_FILE, lastCheckpoint, METRICS_FILE } from "../../steps/run-files.ts";
import { score, scoreConfig, TRAINING_INPUT } from "../../steps/score.ts";
import { train, trainConfig } from "../../steps/train.ts";
import { writeWhole } from "../../store/files.ts";
import type { PlannedFold, SettledConfig } from "./plan.ts";

type Failed = Extract<JobResult, { state: "failed" }>;

/** Faults that another device may not have. */
const OF_DEVICES: ReadonlySet<ErrorCode> = new Set(["executor-failed", "out-of-memory", "worker-died"]);

/** Whether it was the device that ended a run, and not the run itself. */
export function gaveUp({ device }: SettledConfig, failed: JobResult | null): failed is Failed {
  if (device === "cpu" || failed?.state !== "failed") return false;
  return (failed.step === train.name || failed.step === score.name) && OF_DEVICES.has(failed.error.code);
}

export interface Moved {
  readonly folds: readonly PlannedFold[];
  /** For the reader of the table. */
  readonly sentence: string;
}

/** `folder`: the workspace. Writes the new jobs down, each with the checkpoint that it goes on from. */
export async function onCpu(
  folder: string,
  { folds, config, cpu }: { folds: readonly PlannedFold[]; config: SettledConfig; cpu: Computing },
  { error }: Failed,
): Promise<Moved> {
  const moved: PlannedFold[] = [];
  let from = "";
  for (const fold of folds) {
    if (stands(folder, fold.score)) {
      moved.push(fold);
      continue;
    }
    const { training, step } = stands(folder, fold.train)
      ? { training: fold.train, step: null }
      : await trainingOnCpu(folder, fold.train, cpu);
    if (step !== null) from = ` from step ${step}`;
    const scoring = describeJob(score, {
      config: { ...scoreConfig.parse(fold.score.config), ...cpu },
      inputs: { ...fold.score.inputs, [TRAINING_INPUT]: resultOf(training) },
    });
    writeRunSpec(folder, scoring);
    moved.push({ ...fold, train: training, score: scoring });
  }
  const name = DEVICE_NAMES[trainConfig.shape.device.parse(config.device)];
  return {
    folds: moved,
    sentence: `${name} gave up during this run, which went on on the CPU${from}: ${firstSentence(error.message)}`,
  };
}

/** What else a fault says is about going on, which the run does by itself. */
const firstSentence = (text: string): string => `${text.split(". ")[0].replace(/\.$/, "")}.`;

const stands = (folder: string, job: JobSpec): boolean =>
  isFinished(folder, { place: "runs", step: job.step, key: jobKey(job) });

async function trainingOnCpu(
  folder: string,
  job: JobSpec,
  cpu: Computing,
): Promise<{ training: JobSpec; step: number | null }> {
  const key = jobKey(job);
  const last = await lastCheckpoint(runFolder(folder, key));
  const step = last === null ? null : (decodeCheckpoint(last.checkpoint).trainer?.position.step ?? 0);
  const startedFrom = last === null ? undefined : { key, step, checkpoint: digestOf(last.checkpoint) };
  const config = { ...trainConfig.parse(job.config), ...cpu, startedFrom };
  const training = describeJob(train, { config, inputs: job.inputs });
  const own = writeRunSpec(folder, training);
  // A job that went on from there before has a checkpoint of its own, or is done.
  if (last !== null && !stands(folder, training) && !existsSync(path.join(own, CHECKPOINT_FILE))) {
    writeWhole(path.join(own, METRICS_FILE), last.metrics);
    writeWhole(path.join(own, CHECKPOINT_FILE), last.checkpoint);
  }
  return { training, step };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
