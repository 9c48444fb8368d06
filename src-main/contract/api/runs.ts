/** What the Experiments page asks about runs. */
import { z } from "zod";
import { CLASSES } from "../classes.ts";
import { foldDocument, runDocument, runState, scores } from "../documents.ts";
import { runConfig } from "../run.ts";

export const runRow = z.object({
  run: z.string(),
  state: runState,
  /** ISO 8601, UTC. */
  created: z.string(),
  config: runConfig,
  /** Held-out datasets times seeds: planned, and scored so far. */
  folds: z.object({ scored: z.int(), total: z.int() }),
  /** Null until a first held-out dataset is scored. */
  mean: scores.nullable(),
  /** The task that works on it now. */
  task: z.string().nullable(),
});
export type RunRow = z.infer<typeof runRow>;

export const runRef = z.object({ run: z.string() });

/** One held-out dataset and seed of a run. */
export const runFold = z.object({
  index: z.int(),
  /** Dataset id, and its name as shown. */
  heldOut: z.string(),
  name: z.string(),
  seed: z.int(),
  state: z.enum(["queued", "running", "interrupted", "finished"]),
  trainSamples: z.int(),
  testSamples: z.int(),
});
export type RunFold = z.infer<typeof runFold>;

export const runDetail = z.object({
  document: runDocument,
  created: z.string(),
  folds: z.array(runFold),
  /** The selection rule in words, and whether its figures may be reported. */
  selection: z.object({ words: z.string(), validForReporting: z.boolean() }),
  /** What the figures come from: SHA-256 over every sample's class and input, 16 hex digits. */
  dataDigest: z.string(),
  task: z.string().nullable(),
});
export type RunDetail = z.infer<typeof runDetail>;

export const runEstimate = z.object({
  /** Held-out datasets. */
  folds: z.int(),
  /** Networks that will be trained. */
  trainings: z.int(),
  samples: z.int(),
  /** Null where the run cannot be (see `fault`). */
  minutes: z.number().nullable(),
  /** What the time is guessed from: an earlier run's id, or "default". */
  basis: z.string(),
  warnings: z.array(z.string()),
  /** The configuration with every default settled, as it would run; null where it cannot be. */
  settled: runConfig.nullable(),
  /** Why the run cannot be; null when it can. */
  fault: z.string().nullable(),
});
export type RunEstimate = z.infer<typeof runEstimate>;

/** One line of a training's metrics; means over an epoch. */
export const epochRecord = z.object({
  /** What is trained: "final", or an inner training of a selection rule. */
  phase: z.string(),
  /** From 1. */
  epoch: z.int(),
  crossEntropy: z.number(),
  accuracy: z.number(),
  regularizer: z.number().nullable(),
  /** m_i by dataset id. */
  attention: z.record(z.string(), z.number()),
  /** Scores of what the selection rule looks at: under best-on-test that is the held-out dataset itself. */
  validation: scores.nullable(),
});
export type EpochRecord = z.infer<typeof epochRecord>;

export const liveEvent = z.discriminatedUnion("kind", [
  /** `fold`: index into the run's folds. */
  z.object({ kind: z.literal("epoch"), fold: z.int(), record: epochRecord }),
  z.object({ kind: z.literal("score"), fold: z.int(), document: foldDocument }),
  z.object({ kind: z.literal("state"), state: runState }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;

export const liveCall = z.object({ run: z.string(), lastEventId: z.string().nullish() });

/** Figures of the paper beside ours, as fractions; null where the paper's cell is unknown. */
export const publishedRow = z.object({
  /** "mean of five datasets", or a dataset's name. */
  test: z.string(),
  /** The method in words: "CNN, optical flow, BRL". */
  method: z.string(),
  /** Where it stands: "Table 8". */
  source: z.string(),
  accuracy: z.number().nullable(),
  uar: z.number().nullable(),
  uf1: z.number().nullable(),
});
export type PublishedRow = z.infer<typeof publishedRow>;

export const compareCall = z.object({ runs: z.array(z.string()).min(2).max(8) });
export const runComparison = z.object({
  runs: z.array(runDocument),
  /** Settings in which they differ; `values` in the order of `runs`. */
  differences: z.array(z.object({ setting: z.string(), values: z.array(z.string()) })),
  /** False where they saw other samples, classes or pictures than their settings say: then a difference is not the settings' alone. */
  sameData: z.boolean(),
});
export type RunComparison = z.infer<typeof runComparison>;

/** A cell of a confusion matrix; `seed` absent: of all seeds. */
export const clipsCall = z.object({
  run: z.string(),
  /** The held-out dataset, as in the run document. */
  test: z.string(),
  seed: z.int().optional(),
  true: z.enum(CLASSES).optional(),
  predicted: z.enum(CLASSES).optional(),
});

export const scoredClip = z.object({
  dataset: z.string(),
  subject: z.string(),
  clip: z.string(),
  seed: z.int(),
  true: z.enum(CLASSES),
  predicted: z.enum(CLASSES),
  /** In the order of CLASSES. */
  probabilities: z.array(z.number()),
});
export type ScoredClip = z.infer<typeof scoredClip>;
