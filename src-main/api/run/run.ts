/**
 * One run from its configuration to its table: samples are chosen, inputs and trainings become jobs, scored folds are
 * summed up as they come. A configuration begun before goes on; a finished one is read back.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { datasetName } from "../../contract/datasets.ts";
import type { FoldDocument, RunDocument } from "../../contract/documents.ts";
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { majorityConfusion } from "../../evaluation/majority.ts";
import { scoresOf } from "../../evaluation/metrics.ts";
import { canonicalJson, type JobSpec, jobKey } from "../../jobs/key.ts";
import { runFolderState, writeRunSpec } from "../../jobs/folder.ts";
import type { JobResult, PoolJob } from "../../jobs/types.ts";
import type { Device } from "../../contract/devices.ts";
import { scoreResult } from "../../steps/score.ts";
import { rememberFlowMethod } from "../../store/tables/flow-methods.ts";
import { digestFiles } from "../../store/tables/digests.ts";
import { createRun, findRun, type RunJob, updateRun } from "../../store/tables/runs.ts";
import type { Workspace } from "../../store/workspace.ts";
import { type Context, type Hooks, studyOf } from "../context.ts";
import { computingOn, expectedDevice, settleDevice } from "../devices/settle.ts";
import { type SettledFlow, settleFlow } from "../flow/how.ts";
import { emptyDocument, withFolds } from "./document.ts";
import { gaveUp, onCpu } from "./fallback.ts";
import { type PlannedFold, type PlanSample, planFolds, type SettledConfig } from "./plan.ts";
import { type Chosen, chooseSamples, spottedOf } from "./samples.ts";
import { sampleFiles, sampleJobs } from "./sources.ts";
import { timingOf } from "./timing.ts";
import { TrainingClock } from "./training-clock.ts";
import { weightsDigest } from "./weights.ts";

interface Planned {
  readonly id: string;
  readonly config: SettledConfig;
  readonly inputs: readonly JobSpec[];
  readonly folds: readonly PlannedFold[];
  readonly remarks: readonly string[];
  /** Every source picture that it is made of. */
  readonly files: readonly string[];
  /** How its flow is computed; null where it sees none of our own. */
  readonly how: SettledFlow | null;
}

/** Throws `run-invalid` (a run that cannot be), what a job throws, and `cancelled`; what is finished stays. */
export async function run(context: Context, asked: RunConfig, hooks: Hooks): Promise<RunDocument> {
  const workspace = studyOf(context);
  const planned = await plan(context, asked, hooks);
  const { id, config, folds } = planned;
  const known = findRun(workspace, id);
  if (known?.state === "finished" && known.document) return known.document;
  const warning = brlWarning(config);
  if (warning !== null) hooks.note?.(`${warning} Let it join earlier, or leave it out (lambda 0).`);
  const jobs = folds.flatMap((fold) => [fold.train, fold.score]);
  for (const job of jobs) writeRunSpec(context.folder, job);
  // The jobs of a known run are these, since its id holds their keys; but for those of a device that gave up.
  if (!known) createRun(workspace, { id, config, jobs: stored(folds) });
  else if (!jobs.every((job, i) => jobKey(job) === known.jobs[i]?.key))
    updateRun(workspace, id, { jobs: stored(folds) });
  updateRun(workspace, id, { state: "running" });
  hooks.onRun?.(id);
  try {
    const document = await carryOut(context, planned, hooks);
    updateRun(workspace, id, { state: "finished", document });
    // What was written just before the run has settled by now: whoever asks what the cache holds needs its digests.
    await digestFiles(workspace, planned.files);
    if (planned.how !== null) rememberFlowMethod(workspace, planned.how);
    return document;
  } catch (error) {
    if (hooks.signal?.aborted === true) {
      updateRun(workspace, id, { state: "cancelled" });
      throw hooks.signal.reason;
    }
    const failure = error instanceof Error ? error.message : String(error);
    const so = findRun(workspace, id)?.document ?? emptyDocument(id, config);
    updateRun(workspace, id, { state: "failed", document: { ...so, failure } });
    throw error;
  }
}

async function plan(context: Context, asked: RunConfig, hooks: Hooks): Promise<Planned> {
  const workspace = studyOf(context);
  const { chosen, how, config: expected } = await settled(workspace, asked);
  const computing = await settleDevice(context, asked, hooks);
  const config = { ...expected, device: computing.device };
  const files = [
    ...new Set(
      chosen.samples.flatMap(({ sample }) => {
        const { onset, apex, flow } = sampleFiles(sample);
        return [onset, apex, flow].filter((file) => file !== null);
      }),
    ),
  ];
  hooks.onProgress?.({ what: "Reading source pictures", done: 0, total: files.length, left: null, note: null });
  const digests = await digestFiles(workspace, files);
  hooks.onProgress?.({ what: "Reading source pictures", done: files.length, total: files.length, left: 0, note: null });
  const digestOf = new Map(files.map((file, i) => [file, digests[i]]));
  const inputs: JobSpec[] = [];
  const samples: PlanSample[] = [];
  for (const { id, sample, label } of chosen.samples) {
    const made = sampleJobs(sample, { ...config, how: how ?? undefined }, (file) => digestOf.get(file) ?? unread(file));
    inputs.push(...made.jobs);
    samples.push({ id, dataset: sample.dataset, subject: sample.subject, label, input: made.input });
  }
  const folds = planFolds(samples, config, computing);
  const id = runId(config, folds, spottedOf(chosen.samples));
  return { id, config, inputs, folds, remarks: chosen.remarks, files, how };
}

/** What a run of this configuration would be. Errors: as `run`, for what cannot be. */
export async function settled(workspace: Workspace, asked: RunConfig) {
  const chosen = chooseSamples(workspace, asked);
  const how = await flowOf(asked, chosen);
  const digested = { weightsDigest: await weightsDigest(workspace, asked), flowDigest: how?.weights ?? null };
  return { chosen, how, config: settle({ ...asked, ...digested }, chosen, expectedDevice(workspace.folder, asked)) };
}

/** Errors: those of `settleFlow`. */
async function flowOf(asked: RunConfig, { flow }: Chosen): Promise<SettledFlow | null> {
  if (asked.input !== "flow" || flow === "pictures") return null;
  return await settleFlow({ method: flow, weights: asked.flowWeights, headMotion: asked.headMotion });
}

function unread(file: string): never {
  throw new ApexError("internal", `${file} is part of the run but was not read.`, { file });
}

/** Said before a run whose batch regularization would never take part; null where it does, or is not wanted. */
export function brlWarning({ lambda, brlFrom, epochs }: SettledConfig): string | null {
  if (lambda === 0 || brlFrom < epochs) return null;
  return `BRL never joins: it would after epoch ${brlFrom}, but there are ${epochs}.`;
}

/** Every default written out, so that the same run asked for in two ways is one run. */
function settle(asked: RunConfig, { flow, datasets }: Chosen, device: Device): SettledConfig {
  return {
    ...asked,
    device,
    flow,
    datasets: [...datasets],
    brlFrom: asked.brlFrom ?? Math.floor(asked.epochs / 2),
  };
}

const RUN_ID_LENGTH = 12;

/** A run is what it computes: its settled configuration and the keys of its scorings, which hold everything else. */
function runId(config: SettledConfig, folds: readonly PlannedFold[], spotted: number): string {
  // Where a file of weights lies is no part of it, only what it holds.
  const { weights: _first, flowWeights: _flow, ...rest } = config;
  const scores = folds.map(({ score }) => jobKey(score));
  // Another apex rule is another run, even where both choose the same frames.
  const whole = canonicalJson({ config: rest, folds: scores, ...(spotted > 0 ? { spotted } : {}) });
  return createHash("sha256").update(whole).digest("hex").slice(0, RUN_ID_LENGTH);
}

const INPUT_WORDS: Readonly<Record<string, string>> = { crop: "Face crops", flow: "Optical flow" };

async function carryOut(
  context: Context,
  { id, config, inputs, folds: planned, remarks }: Planned,
  hooks: Hooks,
): Promise<RunDocument> {
  const workspace = studyOf(context);
  const started = performance.now();
  const before = findRun(workspace, id)?.document ?? null;
  const base = { ...emptyDocument(id, config), remarks: [...remarks] };
  let folds: readonly PlannedFold[] = planned;
  const fresh = folds
    .map(({ train }) => jobKey(train))
    .filter((key) => runFolderState(context.folder, key) === "queued");
  const clock = new TrainingClock(new Set(fresh), () => performance.now());
  const sum = async (state: RunDocument["state"]): Promise<RunDocument> => {
    const scored = await Promise.all(folds.map((fold) => foldDocument(context, fold)));
    const majorities = folds.map(({ heldOut, seed, trainCounts, testCounts }) => ({
      test: heldOut,
      seed,
      confusion: majorityConfusion(trainCounts, testCounts),
    }));
    const seconds = (before?.seconds ?? 0) + (performance.now() - started) / 1000;
    return {
      ...withFolds(
        base,
        scored.filter((fold) => fold !== null),
        majorities,
      ),
      state,
      seconds,
      ...(await timingOf(
        context.folder,
        folds.map(({ train }) => train),
      )),
    };
  };
  let failed: JobResult | null = null;
  const work = () =>
    context.pool().run(jobsOf(inputs, folds), {
      signal: hooks.signal,
      onProgress: hooks.onProgress,
      onResult: (result) => {
        clock.ended(result);
        // The first one tells why; the others were given up because of it.
        if (result.state === "failed") failed ??= result;
      },
    });
  const goOn = async (error: unknown) => {
    if (hooks.signal?.aborted === true || !gaveUp(config, failed)) throw error;
    const cpu = await computingOn(context, { device: "cpu", threads: config.threads }, hooks);
    const moved = await onCpu(context.folder, { folds, config, cpu }, failed);
    folds = moved.folds;
    base.remarks.push(moved.sentence);
    hooks.note?.(moved.sentence);
    updateRun(workspace, id, { jobs: stored(folds) });
    return work();
  };
  try {
    await work().catch(goOn);
  } catch (error) {
    updateRun(workspace, id, { document: await sum("interrupted") });
    throw error;
  }
  const jobsDone = findRun(workspace, id)?.jobs ?? [];
  updateRun(workspace, id, { jobs: jobsDone.map((job) => ({ ...job, ms: clock.took.get(job.key) ?? job.ms })) });
  return sum("finished");
}

function jobsOf(inputs: readonly JobSpec[], folds: readonly PlannedFold[]): PoolJob[] {
  return [
    ...inputs.map((spec) => ({ spec, what: INPUT_WORDS[spec.step] ?? spec.step })),
    ...folds.flatMap(({ heldOut, train, score }): PoolJob[] => [
      { spec: train, what: `Training, held-out dataset ${datasetName(heldOut)}`, slots: "all" },
      { spec: score, what: `Scoring, held-out dataset ${datasetName(heldOut)}`, slots: "all" },
    ]),
  ];
}

const stored = (folds: readonly PlannedFold[]): RunJob[] =>
  folds.flatMap(({ train, score }) => [train, score]).map((job) => ({ step: job.step, key: jobKey(job) }));

/** Null while the fold is not scored. */
async function foldDocument(context: Context, { heldOut, seed, score }: PlannedFold): Promise<FoldDocument | null> {
  const file = path.join(context.folder, "runs", jobKey(score), "result.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const { confusion } = scoreResult.parse(JSON.parse(text));
  const { accuracy, uar, uf1, n, absent } = scoresOf(confusion);
  return { test: datasetName(heldOut), seed, n, accuracy, uar, uf1, confusion, absent: [...absent] };
}
