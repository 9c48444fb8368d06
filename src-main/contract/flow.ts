/** Optical flow and apex spotting as every door asks for them: methods, calls, and the documents that come back. */
import { z } from "zod";

export const FLOW_METHODS = ["tvl1", "raft"] as const;
export type FlowMethodName = (typeof FLOW_METHODS)[number];

/** What happens to the head's own shift, turn and scale: taken off the flow, or left in it. */
export const HEAD_MOTIONS = ["keep", "remove"] as const;

/** Where the apex of a clip comes from whose table gives none. */
export const APEX_RULES = ["middle", "spotted"] as const;
export type ApexRule = (typeof APEX_RULES)[number];

const clipKey = z.object({ dataset: z.string(), subject: z.string(), clip: z.string() });

export const flowCall = z.object({
  /** Ids or names; null: every dataset of the study. */
  datasets: z.array(z.string()).nullable().default(null),
  /** Only these clips; null: all that are meant. */
  clips: z.array(clipKey).nullable().default(null),
  /** Null: the best own one. */
  method: z.enum(FLOW_METHODS).nullable().default(null),
  /** A file of RAFT weights; null: those that come with the program. */
  weights: z.string().nullable().default(null),
  headMotion: z.enum(HEAD_MOTIONS).default("keep"),
});
export type FlowCall = z.infer<typeof flowCall>;

/** A clip that could not be worked on; the others were. */
const clipFault = clipKey.extend({ reason: z.string() });

/** What a flow was computed with. `weights`: SHA-256 of the file, hex; null for methods without any. */
export const flowRecord = z.object({ method: z.enum(FLOW_METHODS), version: z.int(), weights: z.string().nullable() });
export type FlowRecord = z.infer<typeof flowRecord>;

/** The same with what becomes of the head's motion: one flow of a sample, named. */
export const flowHow = flowRecord.extend({ headMotion: z.enum(HEAD_MOTIONS) });
export type FlowHow = z.infer<typeof flowHow>;

export const flowDocument = flowRecord.extend({
  headMotion: z.enum(HEAD_MOTIONS),
  datasets: z.array(
    z.object({
      /** As shown. */
      dataset: z.string(),
      samples: z.int(),
      computed: z.int(),
      /** Stood already. */
      cached: z.int(),
    }),
  ),
  faults: z.array(clipFault),
  seconds: z.number(),
});
export type FlowDocument = z.infer<typeof flowDocument>;

export const spotCall = z.object({
  datasets: flowCall.shape.datasets,
  clips: flowCall.shape.clips,
  /** Also clips whose apex is coded; they keep it. */
  coded: z.boolean().default(false),
  method: z.enum(FLOW_METHODS).nullable().default(null),
  weights: flowCall.shape.weights,
  /** Which apex the clips without a coded one have from now on; null: as before. */
  use: z.enum(APEX_RULES).nullable().default(null),
});
export type SpotCall = z.infer<typeof spotCall>;

export const spottedClip = clipKey.extend({
  onset: z.int(),
  offset: z.int().nullable(),
  /** Of the table; null where it gives none. */
  coded: z.int().nullable(),
  /** The frame nearest the middle of onset..offset. */
  middle: z.int().nullable(),
  /** The frame of the largest motion; null where nothing moves. */
  spotted: z.int().nullable(),
  frames: z.int(),
});

export const spotDocument = flowRecord.extend({
  datasets: z.array(
    z.object({
      dataset: z.string(),
      clips: z.int(),
      computed: z.int(),
      cached: z.int(),
      rule: z.enum(APEX_RULES),
    }),
  ),
  clips: z.array(spottedClip),
  faults: z.array(clipFault),
  seconds: z.number(),
});
export type SpotDocument = z.infer<typeof spotDocument>;

export const apexRuleCall = z.object({ dataset: z.string(), rule: z.enum(APEX_RULES) });

/** How much the face moves against its onset, frame by frame. */
export const motionCurve = z.object({
  /** Numbers as in the file names, from the onset on. */
  frames: z.array(z.int()),
  /** Pixels of a face 224 wide, head motion taken off. */
  motion: z.array(z.number()),
  /** The same over a short window of frames: its largest value is the spotted apex. */
  smooth: z.array(z.number()),
  spotted: z.int().nullable(),
});
export type MotionCurve = z.infer<typeof motionCurve>;

/** What is known of a sample's motion: its flow's arrays and facts, its curve, and the rule of its dataset. */
export const sampleMotion = z.object({
  flow: flowRecord
    .extend({
      width: z.int(),
      height: z.int(),
      /** Pixels, radians, factor; null where the head's motion was left in. */
      head: z.object({ shiftX: z.number(), shiftY: z.number(), rotation: z.number(), scale: z.number() }).nullable(),
      /** Names the result: another one has other arrays. */
      key: z.string(),
    })
    .nullable(),
  curve: motionCurve.nullable(),
  rule: z.enum(APEX_RULES),
});
export type SampleMotion = z.infer<typeof sampleMotion>;

/** Flow between any two pictures. */
export interface PairCall {
  readonly onset: string;
  readonly apex: string;
  readonly method: FlowMethodName | null;
  readonly weights: string | null;
  /** Updates of the flow; null: as the method has it. */
  readonly iterations: number | null;
  readonly headMotion: FlowHow["headMotion"];
  /** .npy, .flo or .png. */
  readonly out: string;
  /** Where the optical strain goes, [H, W]; null: nowhere. */
  readonly strain: string | null;
}

export const pairDocument = flowHow.extend({
  out: z.string(),
  strain: z.string().nullable(),
  width: z.int(),
  height: z.int(),
  /** Pixels, radians, factor: what was taken off; null for raw flow. */
  head: z.object({ shiftX: z.number(), shiftY: z.number(), rotation: z.number(), scale: z.number() }).nullable(),
  /** Length of the vectors, pixels. */
  mean: z.number(),
  max: z.number(),
});
export type PairDocument = z.infer<typeof pairDocument>;
