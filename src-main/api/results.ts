/** The runs of a study, and one run's document. */
import type { ResultsDocument, RunDocument } from "../contract/documents.ts";
import { getRun, listRuns } from "../store/tables/runs.ts";
import { type Context, studyOf } from "./context.ts";
import { shownDocument } from "./run/document.ts";

/** Newest first; figures are null until a first held-out dataset is scored. */
export function results(context: Context): ResultsDocument {
  const runs = listRuns(studyOf(context)).map(({ id, config, state, created, document }) => ({
    run: id,
    protocol: config.protocol,
    state,
    created,
    accuracy: document?.mean.accuracy ?? null,
    uar: document?.mean.uar ?? null,
    uf1: document?.mean.uf1 ?? null,
  }));
  return { runs };
}

/** The run of this id or beginning of an id; `not-found` with what there is to choose from. */
export function result(context: Context, text: string): RunDocument {
  return shownDocument(getRun(studyOf(context), text));
}
