/**
 * The whole demo study as numbers, before anything is drawn. Circumstances (who, when, how the head moves, blinks,
 * exposure) and emotions come from streams that never meet, so that nothing but the facial motion can carry the label.
 */
import { createHash } from "node:crypto";
import { DATASET_IDS, type DatasetId } from "../../contract/datasets.ts";
import { Random } from "../../engine/random.ts";
import { type Identity, drawIdentity } from "../../vision/drawn/identity.ts";
import type { AuState } from "../../vision/drawn/head/face.ts";
import { type Emotion, EMOTIONS, drawCoding, drawStrengths } from "./codings.ts";
import { STUDIOS, type DemoSize, type Studio, studioFps } from "./studios.ts";

/** Raised when the same plan would be drawn or written differently. */
export const DEMO_VERSION = 1;

export interface PlanOptions {
  readonly size: DemoSize;
  readonly seed: number;
}

/** A slow swing of one coordinate of the head: amplitude, Hz, phase (turns). */
export interface Swing {
  readonly size: number;
  readonly rate: number;
  readonly phase: number;
}

export interface HeadMotion {
  /** Where the head rests: degrees and mm. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  /** Swings of yaw, pitch, roll (degrees), x and y (mm). */
  readonly swings: readonly Swing[];
}

/** What is decided about a clip without knowing what it shows. */
export interface Circumstances {
  readonly dataset: DatasetId;
  /** Place in its dataset, 0-based; with the seed, this decides everything. */
  readonly index: number;
  /** 0-based person within the dataset. */
  readonly person: number;
  /** Frames in the clip, and the positions (0-based) of onset, apex and offset. */
  readonly frames: number;
  readonly onset: number;
  readonly apex: number;
  readonly offset: number;
  /** Number of the clip's first frame in the release's counting (MMEW begins at 1). */
  readonly first: number;
  readonly head: HeadMotion;
  /** Blink: position of its middle (frames) and half-length (frames), or null. */
  readonly blink: { readonly middle: number; readonly half: number } | null;
  readonly exposure: number;
}

export interface PlannedClip extends Circumstances {
  readonly emotion: Emotion;
  /** As a coder writes it. */
  readonly coding: string;
  /** Relative strengths of the AUs. */
  readonly strengths: AuState;
  /** Largest facial displacement at the apex, px at 224: what the strengths are scaled to. */
  readonly amplitude: number;
}

export interface PlannedPerson {
  readonly dataset: DatasetId;
  readonly person: number;
  readonly identity: Identity;
}

export interface DemoPlan extends PlanOptions {
  readonly people: readonly PlannedPerson[];
  readonly clips: readonly PlannedClip[];
}

export function planDemo(options: PlanOptions): DemoPlan {
  return composePlan(options, (dataset) => drawEmotions(options, dataset));
}

/** The plan with given emotions, one a clip in the order of the dataset's clips. */
export function composePlan(options: PlanOptions, emotionsOf: (dataset: DatasetId) => readonly Emotion[]): DemoPlan {
  const root = new Random(options.seed);
  const people: PlannedPerson[] = [];
  const clips: PlannedClip[] = [];
  for (const dataset of DATASET_IDS) {
    const studio = STUDIOS[dataset];
    for (let person = 0; person < studio.subjects[options.size]; person++) {
      const random = root.split(`${dataset}/person ${person}`);
      people.push({ dataset, person, identity: drawIdentity(() => random.uniform(), studio.population) });
    }
    const emotions = emotionsOf(dataset);
    circumstances(options, studio).forEach((around, index) => {
      clips.push({ ...around, ...facialMotion(root.split(`${dataset}/clip ${index}/motion`), emotions[index]) });
    });
  }
  return { size: options.size, seed: options.seed, people, clips };
}

/** Two plans with one digest give the same files. */
export function planDigest(plan: DemoPlan): string {
  return createHash("sha256")
    .update(JSON.stringify({ version: DEMO_VERSION, plan }))
    .digest("hex");
}

function clipCount(studio: Studio, size: DemoSize): number {
  return EMOTIONS.reduce((sum, emotion) => sum + (studio.clips[size][emotion] ?? 0), 0);
}

/** The dataset's emotions, shuffled over its clips: no person and no place in the order tells one from another. */
function drawEmotions({ size, seed }: PlanOptions, dataset: DatasetId): Emotion[] {
  const counts = STUDIOS[dataset].clips[size];
  const all = EMOTIONS.flatMap((emotion) => Array.from({ length: counts[emotion] ?? 0 }, () => emotion));
  return new Random(seed).split(`${dataset}/emotions`).shuffled(all);
}

function facialMotion(random: Random, emotion: Emotion): Omit<PlannedClip, keyof Circumstances> {
  const coding = drawCoding(random, emotion);
  return {
    emotion,
    coding,
    strengths: drawStrengths(random, coding),
    amplitude: 0.9 + 1.6 * random.uniform(),
  };
}

function circumstances({ size, seed }: PlanOptions, studio: Studio): Circumstances[] {
  const { dataset } = studio;
  const root = new Random(seed);
  const subjects = studio.subjects[size];
  const count = clipCount(studio, size);
  const whose = root.split(`${dataset}/whose`);
  // Everyone has a clip; the others fall where they fall, as in the releases.
  const persons = whose.shuffled(Array.from({ length: count }, (_, i) => (i < subjects ? i : whose.integer(subjects))));
  return persons.map((person, index) =>
    around(root.split(`${dataset}/clip ${index}/around`), { studio, size, index, person }),
  );
}

function around(random: Random, o: { studio: Studio; size: DemoSize; index: number; person: number }): Circumstances {
  const { studio, size } = o;
  const fps = studioFps(studio);
  const within = (low: number, high: number) => low + (high - low) * random.uniform();
  const [fewest, most] = studio.margin;
  const length = Math.max(6, Math.round(within(...studio.lasting[size]) * fps));
  const onset = fewest + random.integer(most - fewest + 1);
  const apex = onset + Math.max(2, Math.round(length * within(0.36, 0.58)));
  const offset = onset + length;
  const frames = offset + fewest + random.integer(most - fewest + 1) + 1;
  const swing = (amount: number): Swing => ({
    size: amount * within(0.5, 1),
    rate: within(0.3, 1.1),
    phase: random.uniform(),
  });
  const head: HeadMotion = {
    yaw: within(-5, 5),
    pitch: within(-3.5, 3.5),
    roll: within(-2.5, 2.5),
    x: within(-5, 5),
    y: within(-4, 4),
    swings: [swing(0.16), swing(0.14), swing(0.14), swing(0.3), swing(0.26)],
  };
  const blinks = random.uniform() < 0.12;
  const blink = { middle: within(0, frames), half: Math.max(2.5, within(0.055, 0.09) * fps) };
  const first =
    studio.dataset === "mmew"
      ? 1
      : studio.dataset === "smic"
        ? 100_000 + random.integer(900_000)
        : 20 + random.integer(300);
  return {
    dataset: studio.dataset,
    index: o.index,
    person: o.person,
    frames,
    onset,
    apex,
    offset,
    first: studio.dataset === "samm" ? first * 17 : first,
    head,
    blink: blinks ? blink : null,
    exposure: within(0.95, 1.05),
  };
}
