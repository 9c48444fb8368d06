/** What the Study page asks: datasets as in Table 1, readiness, label presets. */
import { z } from "zod";
import { emotionClass, perClass } from "../classes.ts";
import { importCall } from "../calls.ts";
import { labelRule } from "../sample.ts";

/** How far a derived input is, in samples that can have it. */
export const readiness = z.object({ done: z.int(), total: z.int() });
export type Readiness = z.infer<typeof readiness>;

export const datasetOverview = z.object({
  id: z.string(),
  name: z.string(),
  /** One letter for badges; own datasets have the first letter of their name. */
  letter: z.string(),
  /** The rate that all samples share; null where they differ or none is known. */
  fps: z.number().nullable(),
  /** Width and height of the frames in pixels, of the first sample that has one; null where none could be read. */
  resolution: z.tuple([z.int(), z.int()]).nullable(),
  perClass,
  /** Samples with a class under the label rule. */
  total: z.int(),
  outsidePreset: z.int(),
  needsReview: z.int(),
  /** Subjects of the samples with a class. */
  subjects: z.int(),
  frames: z.int(),
  rule: labelRule,
  /** Absolute path of what was imported. */
  source: z.string(),
  /** False where the source folder is not there now: moved, or a disk that is not plugged in. */
  sourceFound: z.boolean(),
  /** ISO 8601, UTC. */
  imported: z.string(),
  /** Published counts that fit best under this rule. */
  known: perClass.extend({ release: z.string() }).nullable(),
  readiness: z.object({ crops: readiness, flow: readiness, aus: readiness }),
});
export type DatasetOverview = z.infer<typeof datasetOverview>;

export const studyOverview = z.object({
  /** Absolute. */
  workspace: z.string(),
  datasets: z.array(datasetOverview),
  /** What the user must be told about opening, one sentence each. */
  notices: z.array(z.string()),
  empty: z.boolean(),
});
export type StudyOverview = z.infer<typeof studyOverview>;

/** `labels` as on the command line: `paper`, `megc2019`, or the path of a file. */
export const labelsCall = z.object({ dataset: z.string(), labels: z.string() });
export const setLabelsCall = labelsCall.extend({
  /** The rule that the asking window shows: when it is no longer the stored one, nothing changes (`changed-meanwhile`). */
  was: labelRule,
});

export const labelCounts = z.object({ perClass, total: z.int(), outsidePreset: z.int(), needsReview: z.int() });
export type LabelCounts = z.infer<typeof labelCounts>;

export const presetEffect = z.object({ now: labelCounts, after: labelCounts, rule: labelRule });
export type PresetEffect = z.infer<typeof presetEffect>;

/** An import that the page starts; a dry run is a call of its own. */
export const startImportCall = importCall.omit({ dryRun: true });

/** A dataset whose source folder was moved: where it lies now. */
export const relocateCall = z.object({ dataset: z.string(), source: z.string() });

/** How often somebody asked for others. */
export const cardsCall = z.object({ turn: z.int().min(0).max(1_000_000).default(0) }).default({ turn: 0 });

/** One sample of each class, for the cards of a dataset (paper, Figure 2). */
export const sampleCards = z.array(
  z.object({
    dataset: z.string(),
    samples: z.array(z.object({ subject: z.string(), clip: z.string(), class: emotionClass })),
  }),
);
