/** The folds of a stored run: which dataset each holds out, its training and scoring jobs, and how far they are. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { RunFold } from "../../contract/api/runs.ts";
import { CLASSES, countClasses, type PerClass } from "../../contract/classes.ts";
import { datasetName } from "../../contract/datasets.ts";
import type { FoldDocument } from "../../contract/documents.ts";
import { scoresOf } from "../../evaluation/metrics.ts";
import { runFolder, runFolderState } from "../../jobs/folder.ts";
import { jobInput } from "../../jobs/key.ts";
import { METRICS_FILE } from "../../steps/run-files.ts";
import { type ScoreResult, scoreResult } from "../../steps/score.ts";
import type { RunRecord } from "../../store/tables/runs.ts";

export interface StoredFold {
  readonly index: number;
  /** Dataset id. */
  readonly heldOut: string;
  readonly seed: number;
  readonly train: string;
  readonly score: string;
  /** Samples a class, in the training composite and in the held-out dataset. */
  readonly trainCounts: PerClass;
  readonly testCounts: PerClass;
  /** The test samples with their classes, a line each. */
  readonly tested: string;
  /** As `tested`, with what each sample's input is made of. */
  readonly seen: string;
}

const samples = z.array(z.object({ id: z.string(), dataset: z.string(), label: z.int() })).min(1);
const trainSpec = z.object({ config: z.object({ samples, seed: z.int() }) });
const scoreSpec = z.object({ config: z.object({ samples }), inputs: z.record(z.string(), jobInput) });

/** What stands under a key never changes: read once. */
const READ = new Map<string, Promise<StoredFold>>();

/** In the order of the run's document: held-out datasets in table order, seeds inside each. */
export function foldsOf(folder: string, run: Pick<RunRecord, "jobs">): Promise<StoredFold[]> {
  const trainings = run.jobs.filter(({ step }) => step === "train");
  const scorings = run.jobs.filter(({ step }) => step === "score");
  return Promise.all(
    scorings.map(async ({ key }, index) => {
      const file = path.join(folder, key);
      const known = READ.get(file) ?? readFold(folder, { train: trainings[index].key, score: key });
      READ.set(file, known);
      known.catch(() => READ.delete(file));
      return { ...(await known), index };
    }),
  );
}

async function readFold(folder: string, keys: { train: string; score: string }): Promise<StoredFold> {
  const spec = async (key: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(runFolder(folder, key), "config.json"), "utf8"));
  const training = trainSpec.parse(await spec(keys.train)).config;
  const { config, inputs } = scoreSpec.parse(await spec(keys.score));
  const [first] = config.samples;
  const seen = config.samples.map(({ id, label }) => {
    const input = inputs[id];
    return `${id} ${label} ${input === undefined ? "" : input.kind === "file" ? input.digest : input.key}`;
  });
  return {
    index: 0,
    heldOut: first.dataset,
    seed: training.seed,
    ...keys,
    trainCounts: countsOf(training.samples),
    testCounts: countsOf(config.samples),
    tested: config.samples.map(({ id, label }) => `${id} ${label}`).join("\n"),
    seen: seen.join("\n"),
  };
}

const countsOf = (own: z.infer<typeof samples>) => countClasses(own.map(({ label }) => CLASSES[label]));
const total = (counts: PerClass) => CLASSES.reduce((sum, name) => sum + counts[name], 0);

/** As the page shows it. */
export function shownFold(folder: string, fold: StoredFold): RunFold {
  const { index, heldOut, seed } = fold;
  const scored = runFolderState(folder, fold.score);
  const training = runFolderState(folder, fold.train);
  const begun = training === "finished" ? "running" : (training ?? "queued");
  return {
    index,
    heldOut,
    name: datasetName(heldOut),
    seed,
    state: scored === "finished" || scored === "running" ? scored : begun,
    trainSamples: total(fold.trainCounts),
    testSamples: total(fold.testCounts),
  };
}

/** Null while the fold is not scored. */
export async function scoreOf(folder: string, { score }: StoredFold): Promise<ScoreResult | null> {
  const text = await textIfThere(path.join(runFolder(folder, score), "result.json"));
  return text === null ? null : scoreResult.parse(JSON.parse(text));
}

/** Null while the fold is not scored. */
export async function foldDocumentOf(folder: string, fold: StoredFold): Promise<FoldDocument | null> {
  const score = await scoreOf(folder, fold);
  if (score === null) return null;
  const { accuracy, uar, uf1, n, absent } = scoresOf(score.confusion);
  const facts = { test: datasetName(fold.heldOut), seed: fold.seed, n, accuracy, uar, uf1 };
  return { ...facts, confusion: score.confusion, absent: [...absent] };
}

/** Bytes of the metrics so far; 0 where there are none. */
export async function metricsSize(folder: string, { train }: StoredFold): Promise<number> {
  const file = path.join(runFolder(folder, train), METRICS_FILE);
  return (await stat(file).catch(() => null))?.size ?? 0;
}

/** The training's metrics so far, whole lines only. */
export async function metricsOf(folder: string, { train }: StoredFold): Promise<string[]> {
  const text = await textIfThere(path.join(runFolder(folder, train), METRICS_FILE));
  return text === null ? [] : text.split("\n").slice(0, -1);
}

async function textIfThere(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
}
