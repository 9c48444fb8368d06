/** Runs as the page lists and shows them. */
import { createHash } from "node:crypto";
import type { RunDetail, RunRow, ScoredClip, clipsCall } from "../../contract/api/runs.ts";
import type { z } from "zod";
import { CLASSES } from "../../contract/classes.ts";
import { datasetId, datasetName } from "../../contract/datasets.ts";
import { ApexError } from "../../contract/errors.ts";
import type { RunDocument } from "../../contract/documents.ts";
import { majorityConfusion } from "../../evaluation/majority.ts";
import { SELECTION_RULES } from "../../evaluation/selection.ts";
import { getRun, listRuns, type RunRecord } from "../../store/tables/runs.ts";
import { type Context, studyOf } from "../context.ts";
import { shownDocument, withFolds } from "../run/document.ts";
import { isAlive, type Tasks } from "../tasks/tasks.ts";
import { foldDocumentOf, foldsOf, scoreOf, shownFold, type StoredFold } from "./folds.ts";

/** The living task of a run; null where nobody works on it. */
function taskOf(tasks: Tasks, run: string): string | null {
  return tasks.list().find((task) => task.kind === "run" && task.run === run && isAlive(task))?.id ?? null;
}

/** Newest first. */
export function runRows(context: Context, tasks: Tasks): RunRow[] {
  return listRuns(studyOf(context)).map(({ id, state, created, config, jobs, document }) => ({
    run: id,
    state,
    created,
    config,
    folds: { scored: document?.folds.length ?? 0, total: jobs.filter(({ step }) => step === "score").length },
    mean: document === null || document.folds.length === 0 ? null : document.mean,
    task: taskOf(tasks, id),
  }));
}

/** By id or beginning of an id. Errors: `not-found`. */
export async function runDetail(context: Context, tasks: Tasks, text: string): Promise<RunDetail> {
  const record = getRun(studyOf(context), text);
  const { config, created } = record;
  const folds = await foldsOf(context.folder, record);
  const { words, validForReporting } = SELECTION_RULES[config.selection];
  return {
    document: await currentDocument(context, record, folds),
    created,
    folds: folds.map((fold) => shownFold(context.folder, fold)),
    selection: { words, validForReporting },
    dataDigest: dataDigest(folds),
    task: taskOf(tasks, record.id),
  };
}

/** The stored document of a finished run; of any other one the folds that are scored by now. */
async function currentDocument(
  { folder }: Context,
  { id, config, state, document }: RunRecord,
  folds: readonly StoredFold[],
): Promise<RunDocument> {
  const base = shownDocument({ id, config, state, document });
  if (state === "finished") return base;
  const scored = await Promise.all(folds.map((fold) => foldDocumentOf(folder, fold)));
  const majorities = folds.map(({ heldOut, seed, trainCounts, testCounts }) => ({
    test: heldOut,
    seed,
    confusion: majorityConfusion(trainCounts, testCounts),
  }));
  return withFolds(
    base,
    scored.filter((fold) => fold !== null),
    majorities,
  );
}

/** SHA-256 over every sample's class and, with `seen`, its input, 16 hex digits: every sample is tested once. */
export function dataDigest(folds: readonly StoredFold[], of: "tested" | "seen" = "seen"): string {
  const seed = folds[0]?.seed;
  const hash = createHash("sha256");
  for (const fold of folds) if (fold.seed === seed) hash.update(`${fold[of]}\n`);
  return hash.digest("hex").slice(0, 16);
}

const surety = ({ predicted, probabilities }: ScoredClip) => probabilities[CLASSES.indexOf(predicted)];

/** The clips behind a confusion cell, the surest answers first. Errors: `not-found`. */
export async function clipsOf(context: Context, call: z.infer<typeof clipsCall>): Promise<ScoredClip[]> {
  const record = getRun(studyOf(context), call.run);
  const wanted = await testedFolds(context, record, call);
  const clips: ScoredClip[] = [];
  for (const fold of wanted) {
    const { predictions } = (await scoreOf(context.folder, fold)) ?? { predictions: [] };
    for (const { id, label, predicted, probabilities } of predictions) {
      const [subject = "", ...clip] = id.slice(fold.heldOut.length + 1).split("/"); // a subject holds no slash
      const key = { dataset: fold.heldOut, subject, clip: clip.join("/") };
      clips.push({ ...key, seed: fold.seed, true: CLASSES[label], predicted: CLASSES[predicted], probabilities });
    }
  }
  return clips
    .filter((clip) => call.true === undefined || clip.true === call.true)
    .filter((clip) => call.predicted === undefined || clip.predicted === call.predicted)
    .sort((a, b) => surety(b) - surety(a));
}

async function testedFolds(context: Context, record: RunRecord, { test, seed }: { test: string; seed?: number }) {
  const all = await foldsOf(context.folder, record);
  const heldOut = datasetId(test);
  const found = all.filter((fold) => fold.heldOut === heldOut && (seed === undefined || fold.seed === seed));
  if (found.length > 0) return found;
  throw new ApexError(
    "not-found",
    `The run ${record.id} does not hold out ${datasetName(heldOut)}${seed === undefined ? "" : ` with seed ${seed}`}.`,
  );
}
