/** The JSON documents of the command line (`--json`) and of the calls; names and meanings are a promise to others. */
import { z } from "zod";
import { CLASSES, perClass } from "./classes.ts";
import { runConfig } from "./run.ts";

export const rowFault = z.object({
  file: z.string(),
  row: z.int().nullable(),
  clip: z.string().nullable(),
  reason: z.string(),
});
export type RowFault = z.infer<typeof rowFault>;

export const importDocument = z.object({
  dataset: z.string(), // the name as shown
  preset: z.string(),
  rows: z.int(),
  samples: z.int(), // with a class under the preset, needs-review included
  perClass,
  outsidePreset: z.int(),
  framesFound: z.int(),
  skipped: z.array(rowFault),
  doubtful: z.array(rowFault),
  /** Worth telling, and no fault: frames missing inside a clip, further micro-expressions, another table beside this one. */
  notes: z.array(rowFault).default([]),
  matchedTolerantly: z.array(z.object({ row: z.int(), table: z.string(), folder: z.string() })),
  known: perClass.extend({ release: z.string() }).nullable(),
  changes: z.object({ added: z.int(), updated: z.int(), unchanged: z.int() }),
});
export type ImportDocument = z.infer<typeof importDocument>;

export const studyDocument = z.object({
  datasets: z.array(
    z.object({
      name: z.string(),
      fps: z.number().nullable(),
      positive: z.int(),
      negative: z.int(),
      surprise: z.int(),
      total: z.int(),
      subjects: z.int(),
      frames: z.int(),
    }),
  ),
});
export type StudyDocument = z.infer<typeof studyDocument>;

export const scores = z.object({ accuracy: z.number(), uar: z.number(), uf1: z.number() });
export type Scores = z.infer<typeof scores>;

/** `confusion[true][predicted]`, classes in the order of CLASSES. */
export const confusion = z.array(z.array(z.int()).length(CLASSES.length)).length(CLASSES.length);
export type Confusion = z.infer<typeof confusion>;

export const RUN_STATES = ["queued", "running", "finished", "interrupted", "failed", "cancelled"] as const;
export const runState = z.enum(RUN_STATES);
export type RunState = z.infer<typeof runState>;

export const foldDocument = scores.extend({
  test: z.string(), // the held-out dataset's name as shown
  seed: z.int(),
  n: z.int(),
  confusion,
  /** Classes without a sample in this test set; UAR and UF1 are over the others. */
  absent: z.array(z.enum(CLASSES)),
});
export type FoldDocument = z.infer<typeof foldDocument>;

export const runDocument = z.object({
  run: z.string(),
  state: runState,
  protocol: z.string(),
  selection: z.string(),
  config: runConfig,
  folds: z.array(foldDocument),
  mean: scores,
  spread: scores,
  majority: scores,
  seconds: z.number(),
  /** Where the trainings' time went, summed over folds; absent in documents of earlier versions. */
  timing: z
    .object({
      trainSeconds: z.number(),
      /** Inside the compiled programs: steps, and validation where the rule asks for it. */
      stepSeconds: z.number(),
      compileSeconds: z.number(),
      /** Waiting for pictures or flow to be read and decoded. */
      loadSeconds: z.number(),
      /**
       * All that is not inside the compiled programs, as a fraction of what is: compiling, waiting for pictures, preparing
       * batches, checkpoints, records. Absent in documents of earlier versions, and where no step was done.
       */
      overhead: z.number().optional(),
    })
    .optional(),
  /**
   * What fills the channels of its flow pictures, the same for every sample: pixels of a face `width` wide, and optical
   * strain. Absent where the run sees no flow of our own, and in documents of earlier versions.
   */
  flowScale: z.object({ motion: z.number(), strain: z.number(), width: z.int() }).optional(),
  /** Why the run failed, one sentence; absent where it did not. */
  failure: z.string().optional(),
  /** Sentences that a reader of the table must know: sanity-check inputs, needs-review samples, stand-ins used. */
  remarks: z.array(z.string()),
});
export type RunDocument = z.infer<typeof runDocument>;

export const resultsDocument = z.object({
  runs: z.array(
    z.object({
      run: z.string(),
      protocol: z.string(),
      state: runState,
      created: z.string(), // ISO 8601, UTC
      accuracy: z.number().nullable(),
      uar: z.number().nullable(),
      uf1: z.number().nullable(),
    }),
  ),
});
export type ResultsDocument = z.infer<typeof resultsDocument>;

export const jobDocument = z.object({ key: z.string(), kind: z.string(), state: runState, folder: z.string() });
export type JobDocument = z.infer<typeof jobDocument>;

export const devicesDocument = z.object({
  devices: z.array(z.object({ name: z.string(), usable: z.boolean(), reason: z.string(), howTo: z.string() })),
});
export type DevicesDocument = z.infer<typeof devicesDocument>;

export const demoDocument = z.object({
  workspace: z.string(),
  datasets: z.array(importDocument),
  run: runDocument.nullable(),
});
export type DemoDocument = z.infer<typeof demoDocument>;
