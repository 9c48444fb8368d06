/** What flow and spotting have in common: which datasets are meant, and the digests of their pictures. */
import { existsSync } from "node:fs";
import { datasetId, datasetName } from "../../contract/datasets.ts";
import { ApexError } from "../../contract/errors.ts";
import { type Sample, type SampleKey, sampleId } from "../../contract/sample.ts";
import { listDatasets } from "../../store/tables/datasets.ts";
import { digestFiles } from "../../store/tables/digests.ts";
import type { Workspace } from "../../store/workspace.ts";
import type { Hooks } from "../context.ts";

/** A clip that is left out, and why. */
export interface ClipFault extends SampleKey {
  readonly reason: string;
}

export const faultOf = ({ dataset, subject, clip }: SampleKey, reason: string): ClipFault => ({
  dataset,
  subject,
  clip,
  reason,
});

/** Ids in table order. Errors: `run-invalid` for an empty study, `not-found` for a dataset that it has not. */
export function meantDatasets(workspace: Workspace, asked: readonly string[] | null): string[] {
  const known = listDatasets(workspace).map(({ id }) => id);
  if (known.length === 0)
    throw new ApexError("run-invalid", "The study is empty: import a dataset first, or draw the demo study.");
  if (asked === null) return known;
  const wanted = asked.map(datasetId);
  const strange = wanted.find((id) => !known.includes(id));
  if (strange !== undefined)
    throw new ApexError(
      "not-found",
      `The study has no dataset ${datasetName(strange)}; it has ${known.map(datasetName).join(", ")}.`,
      { setting: "dataset" },
    );
  return known.filter((id) => wanted.includes(id));
}

/** Whether a sample is meant: all are where nobody names clips. */
export function meantClips(clips: readonly SampleKey[] | null): (sample: SampleKey) => boolean {
  const only = clips === null ? null : new Set(clips.map(sampleId));
  return (sample) => only === null || only.has(sampleId(sample));
}

/** Files between two looks at whether the work was cancelled. */
const PIECE = 200;

/** SHA-256 of files that are all there, by path. */
export async function digestsOf(
  workspace: Workspace,
  files: readonly string[],
  { signal, onProgress }: Hooks,
): Promise<(file: string) => string> {
  const unique = [...new Set(files)];
  const digests = new Map<string, string>();
  const tell = (done: number) =>
    onProgress?.({ what: "Reading source pictures", done, total: unique.length, left: null, note: null });
  for (let from = 0; from < unique.length; from += PIECE) {
    signal?.throwIfAborted();
    tell(from);
    const piece = unique.slice(from, from + PIECE);
    for (const [i, digest] of (await digestFiles(workspace, piece)).entries()) digests.set(piece[i], digest);
  }
  tell(unique.length);
  return (file) => {
    const digest = digests.get(file);
    if (digest === undefined) throw new ApexError("internal", `${file} is needed but was not read.`, { file });
    return digest;
  };
}

export const missingFile = (files: readonly string[]): string | undefined => files.find((file) => !existsSync(file));

/** Samples by dataset, in the order of the datasets. */
export const byDataset = (datasets: readonly string[], samples: readonly Sample[]) =>
  datasets.map((id) => ({ id, own: samples.filter(({ dataset }) => dataset === id) }));
