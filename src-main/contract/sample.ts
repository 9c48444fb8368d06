import { z } from "zod";
import { emotionClass } from "./classes.ts";

/** One frame of a clip: its number as in the file name (or the 0-based index of a video frame), and its file. */
export const clipFrame = z.tuple([z.int(), z.string()]);

/** The frames of a clip, sorted by number. `folder` is absolute in memory; file names are relative to it. */
export const clipFrames = z.object({ folder: z.string(), files: z.array(clipFrame) });
export type ClipFrames = z.infer<typeof clipFrames>;

export const SAMPLE_STATUSES = ["ready", "needs-review"] as const;

/**
 * One coded micro-expression, with everything that its table said. Key: (dataset, subject, clip).
 * Frame numbers are as in the file names, offset inclusive. The class is never stored: it is derived from `emotion`
 * (or stated by `label`) under the dataset's label preset (study/presets.ts).
 */
export const sample = z.object({
  dataset: z.string(), // id: "casme2", or a lab's own name
  subject: z.string(), // text, always: "01", "006"
  clip: z.string(),
  emotion: z.string().nullable(), // the original word
  label: emotionClass.nullable(), // a class stated by a manifest; wins over the preset
  aus: z.string().nullable(), // the action units as written
  onset: z.int().nullable(),
  apex: z.int().nullable(),
  offset: z.int().nullable(),
  /** Where the apex comes from: the table, a named stand-in (`apex: middle`), or the clip's own motion (`apex: spotted`). */
  apexSource: z.enum(["table", "middle", "spotted"]).nullable(),
  fps: z.number().positive().nullable(),
  /** Raw camera frames (the crop step cuts the face square), or pictures that are already face crops. */
  framing: z.enum(["raw", "cropped"]),
  frames: clipFrames.nullable(),
  video: z.string().nullable(),
  onsetImage: z.string().nullable(),
  apexImage: z.string().nullable(),
  flowImage: z.string().nullable(),
  openfaceCsv: z.string().nullable(),
  status: z.enum(SAMPLE_STATUSES),
  /** Why it needs review, one sentence each; empty when ready. */
  doubts: z.array(z.string()),
  /** Things worth telling that are no doubts: further micro-expressions in the clip, missing middle frames. */
  notes: z.array(z.string()),
  /** Every cell of the source row as read, by header (or column letter where the header is empty). */
  originals: z.record(z.string(), z.string()),
  /** The table as a person knows it: its path inside what was imported. The row as a spreadsheet counts. */
  source: z.object({ table: z.string().nullable(), row: z.int().nullable() }),
});
export type Sample = z.infer<typeof sample>;

export interface SampleKey {
  readonly dataset: string;
  readonly subject: string;
  readonly clip: string;
}

/** `casme2/01/EP02_01f`: the sample's key as one string, for messages, maps and sorting. */
export function sampleId(key: SampleKey): string {
  return `${key.dataset}/${key.subject}/${key.clip}`;
}

/**
 * How a dataset's classes are derived.
 * mapping: original emotion (lower case) -> class, or null for "outside"; an emotion that is not listed is unmapped.
 * table: the MEGC form, sample by sample; what it does not list is outside.
 */
export const labelRule = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("preset"), name: z.enum(["paper", "megc2019"]) }),
  z.object({ kind: z.literal("mapping"), name: z.string(), map: z.record(z.string(), emotionClass.nullable()) }),
  z.object({ kind: z.literal("table"), name: z.string(), labels: z.record(z.string(), emotionClass) }), // by `${subject}/${clip}`, matched tolerantly
]);
export type LabelRule = z.infer<typeof labelRule>;
