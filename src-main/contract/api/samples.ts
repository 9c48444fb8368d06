/** What the Browse page asks: short rows for a grid of any size, one sample in full, values for the filters. */
import { z } from "zod";
import { CLASSES } from "../classes.ts";
import { SAMPLE_STATUSES, sample } from "../sample.ts";

/** A class, or what stands for "no class under the label rule". */
export const LABEL_VALUES = [...CLASSES, "outside"] as const;

export const sampleFilter = z.object({
  datasets: z.array(z.string()).optional(),
  subjects: z.array(z.object({ dataset: z.string(), subject: z.string() })).optional(),
  labels: z.array(z.enum(LABEL_VALUES)).optional(),
  /** Original words, as `facets` lists them. */
  emotions: z.array(z.string()).optional(),
  /** Action units of which a sample must show at least one. */
  aus: z.array(z.int()).optional(),
  statuses: z.array(z.enum(SAMPLE_STATUSES)).optional(),
  /** Words that must all occur in subject, clip, emotion, AUs or notes; case does not matter. */
  text: z.string().max(200).optional(),
});
export type SampleFilter = z.infer<typeof sampleFilter>;

export const SAMPLE_SORTS = ["study", "class", "emotion", "status", "duration"] as const;

export const sampleIdsCall = z
  .object({ filter: sampleFilter.default({}), sort: z.enum(SAMPLE_SORTS).default("study") })
  .default({ filter: {}, sort: "study" });

/** What a sample has to look at; a video is not taken apart into frames by this program. */
export const SHOWS = ["pictures", "video", "nothing"] as const;

/**
 * dataset (index into `datasets`), subject, clip, class (index into CLASSES, -1: none), needs review (1) or not (0),
 * what it shows (index into SHOWS).
 */
export const sampleRow = z.tuple([z.int(), z.string(), z.string(), z.int(), z.int(), z.int()]);
export type SampleRow = z.infer<typeof sampleRow>;

/** Of an apex picture's answer: names the picture that stands in where no apex is there. */
export const STAND_IN_HEADER = "apexlab-stand-in";

/** 50,000 rows are about 2 MB. `all`: samples in the study, whatever the filter. */
export const sampleIds = z.object({ all: z.int(), datasets: z.array(z.string()), rows: z.array(sampleRow) });
export type SampleIds = z.infer<typeof sampleIds>;

export const sampleKeyCall = z.object({ dataset: z.string(), subject: z.string(), clip: z.string() });

export const sampleDetail = z.object({
  sample,
  /** Null: outside the label rule, or not mapped by it. */
  class: z.enum(CLASSES).nullable(),
  /** Numbers of the frames that are there, as in the file names; the player's positions are indices into it. */
  frames: z.array(z.int()),
  fps: z.number().nullable(),
  /** Whether its files are where the study says; else a sentence that says what is missing. */
  missing: z.string().nullable(),
  /** Results that stand in the cache. */
  has: z.object({ crop: z.boolean(), flow: z.boolean() }),
});
export type SampleDetail = z.infer<typeof sampleDetail>;

const facet = <T extends z.ZodType>(value: T) => z.array(z.object({ value, count: z.int() }));

export const sampleFacets = z.object({
  datasets: facet(z.string()),
  subjects: z.array(z.object({ dataset: z.string(), subject: z.string(), count: z.int() })),
  labels: facet(z.enum(LABEL_VALUES)),
  emotions: facet(z.string()),
  aus: facet(z.int()),
  statuses: facet(z.enum(SAMPLE_STATUSES)),
});
export type SampleFacets = z.infer<typeof sampleFacets>;

/** A person's word on a doubtful sample; it outlives later imports. */
export const setStatusCall = sampleKeyCall.extend({
  status: z.enum(SAMPLE_STATUSES),
  /** What the asking window shows: when it is no longer so, nothing changes (`changed-meanwhile`). */
  was: z.enum(SAMPLE_STATUSES),
});
