/** From scored folds to the run document that every door prints. */
import type { FoldDocument, RunDocument, Scores } from "../../contract/documents.ts";
import type { RunConfig } from "../../contract/run.ts";
import type { RunRecord } from "../../store/tables/runs.ts";
import { type ScoredFold, summarise } from "../../evaluation/summary.ts";
import { MOTION_RANGE, REFERENCE_SIZE, STRAIN_RANGE } from "../../vision/flow/encode.ts";

const ZERO: Scores = { accuracy: 0, uar: 0, uf1: 0 };

/** A run of which nothing is scored yet. */
export function emptyDocument(run: string, config: RunConfig): RunDocument {
  const { protocol, selection } = config;
  return {
    run,
    state: "queued",
    protocol,
    selection,
    config,
    folds: [],
    mean: ZERO,
    spread: ZERO,
    majority: ZERO,
    seconds: 0,
    ...(ownFlow(config) ? { flowScale: { motion: MOTION_RANGE, strain: STRAIN_RANGE, width: REFERENCE_SIZE } } : {}),
    remarks: [],
  };
}

const ownFlow = ({ input, flow }: RunConfig) => input === "flow" && flow !== "pictures";

/** As stored, with the run's state of now: the reason of a failure is gone once the run is gone on with. */
export function shownDocument({ id, config, state, document }: Omit<RunRecord, "created" | "jobs">): RunDocument {
  const { failure, ...stored } = document ?? emptyDocument(id, config);
  return { ...stored, state, ...(state === "failed" && failure !== undefined ? { failure } : {}) };
}

/** The document with these folds; `majorities` are the confusions of always answering the training majority. */
export function withFolds(
  document: RunDocument,
  folds: readonly FoldDocument[],
  majorities: readonly ScoredFold[],
): RunDocument {
  if (folds.length === 0) return document;
  return { ...document, folds: [...folds], ...summarise(folds), majority: summarise(majorities).mean };
}
