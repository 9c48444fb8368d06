/**
 * One person in front of one camera: draws that person's clips, frame files and truth. The dear things (skin, hair,
 * shadows) are made once a sitting.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { Random } from "../../engine/random.ts";
import type { AuState } from "../../vision/drawn/head/face.ts";
import { DRAWN_AUS } from "../../vision/drawn/head/action-units.ts";
import { Person } from "../../vision/drawn/person.ts";
import type { Camera } from "../../vision/drawn/render/camera.ts";
import { Film } from "../../vision/drawn/render/film.ts";
import { unit } from "../../vision/drawn/render/light.ts";
import { type DenseFlow, denseFlow, peakDisplacement, peakFlow, squareCamera } from "../../vision/drawn/truth.ts";
import { writeNpy } from "../../vision/pictures/npy.ts";
import type { Picture } from "../../vision/pictures/picture.ts";
import { expression, headPose, scaled } from "./motion.ts";
import { type PlacedClip, truthPath } from "./places.ts";
import type { DemoPlan, PlannedClip } from "./plan.ts";
import { STUDIOS, type Studio, studioFps } from "./studios.ts";

/** Side (pixels) of the square that the truth is given on. */
export const TRUTH_SIZE = 224;
const DISTANCE = 1100;
/** Intensities beyond OpenFace's scale are not drawn. */
const STRONGEST = 5;

export function studioCamera(studio: Studio): Camera {
  const { width, height, span, level } = studio;
  return { width, height, scale: Math.min(width, height) / span, level, distance: DISTANCE };
}

export interface ClipTruth {
  readonly intensities: AuState;
  readonly flow: DenseFlow;
  /** Largest motion (px at 224) of the face alone. */
  readonly facialPeak: number;
  /** Largest motion (px at 224) of everything that is seen, blinks and head included. */
  readonly peak: number;
}

export interface SittingOptions {
  readonly plan: Pick<DemoPlan, "seed" | "people">;
  readonly dataset: PlannedClip["dataset"];
  readonly person: number;
}

export class Sitting {
  readonly #studio: Studio;
  readonly #camera: Camera;
  readonly #person: Person;
  readonly #film: Film;
  readonly #random: Random;
  #scaled: { readonly clip: PlannedClip; readonly aus: AuState } | null = null;

  constructor({ plan, dataset, person }: SittingOptions) {
    const found = plan.people.find((one) => one.dataset === dataset && one.person === person);
    if (found === undefined) throw new ApexError("internal", `The demo study has no person ${person} in ${dataset}.`);
    const studio = STUDIOS[dataset];
    const random = new Random(plan.seed).split(`${dataset}/person ${person}/looks`);
    const draw = () => random.uniform();
    this.#studio = studio;
    this.#camera = studioCamera(studio);
    // Nobody sits exactly where the one before sat.
    const [x, y, z] = studio.lights.key.to;
    const key = { ...studio.lights.key, to: unit(x + 0.16 * (draw() - 0.5), y + 0.12 * (draw() - 0.5), z) };
    this.#person = new Person({
      who: found.identity,
      draw,
      lights: { ...studio.lights, key },
      density: Math.max(1, this.#camera.scale * 1.05),
    });
    this.#film = new Film({ camera: this.#camera, ...studio, draw });
    this.#random = new Random(plan.seed).split(`${dataset}/grain`);
  }

  /** One frame by its 0-based position, as the camera sees it. */
  frame(clip: PlannedClip, position: number): Picture {
    this.#person.pose(expression(clip, this.intensities(clip), position), this.#pose(clip, position));
    this.#film.clear();
    this.#person.paint(this.#film.raster, this.#camera);
    const grain = this.#random.split(`${clip.index}/${position}`).uniform();
    return this.#film.develop({ grain, gain: clip.exposure });
  }

  /** The AU intensities at the apex: the planned strengths, scaled until the face moves by the planned amplitude. */
  intensities(clip: PlannedClip): AuState {
    if (this.#scaled?.clip === clip) return this.#scaled.aus;
    const most = Math.max(...DRAWN_AUS.flatMap((au) => clip.strengths[au] ?? [0]));
    const moved = peakDisplacement(this.#person.face, clip.strengths) * (TRUTH_SIZE / this.#studio.span);
    const aus = scaled(clip.strengths, Math.min(clip.amplitude / moved, STRONGEST / most));
    this.#scaled = { clip, aus };
    return aus;
  }

  /** What truly happened between onset and apex, on the centred square at 224 pixels a side. */
  truth(clip: PlannedClip): ClipTruth {
    const full = this.intensities(clip);
    const camera = squareCamera(this.#camera, TRUTH_SIZE);
    const moment = (position: number) => ({
      aus: expression(clip, full, position),
      pose: this.#pose(clip, position),
    });
    const flow = denseFlow(this.#person, { from: moment(clip.onset), to: moment(clip.apex) }, camera);
    const facialPeak = peakDisplacement(this.#person.face, full) * (TRUTH_SIZE / this.#studio.span);
    return { intensities: full, flow, facialPeak, peak: peakFlow(flow) };
  }

  /**
   * Writes a clip's frames and its truth below `folder`, in the release's layout.
   * @throws ApexError disk-full, read-only, cancelled
   */
  async writeClip(placed: PlacedClip, folder: string, signal?: AbortSignal): Promise<void> {
    const { clip } = placed;
    const target = join(folder, placed.folder);
    try {
      await mkdir(target, { recursive: true });
      // Two frames are encoded and written while the next is drawn.
      const pending: Promise<void>[] = [];
      for (let position = 0; position < clip.frames; position++) {
        if (signal?.aborted === true) throw new ApexError("cancelled", "Drawing the demo study was cancelled.");
        const picture = this.frame(clip, position);
        pending.push(this.#save(picture, join(target, placed.file(clip.first + position))));
        if (pending.length > 2) await pending.shift();
      }
      await Promise.all(pending);
      await this.#writeTruth(placed, folder);
    } catch (error) {
      throw fromSystemError(error, "writing the demo study");
    }
  }

  #pose(clip: PlannedClip, position: number) {
    return headPose(clip, position / studioFps(this.#studio));
  }

  async #save(picture: Picture, path: string): Promise<void> {
    const { width, height, rgb } = picture;
    const image = sharp(rgb, { raw: { width, height, channels: 3 } });
    const quality = this.#studio.quality;
    await writeFile(path, await (this.#studio.grey ? image.greyscale() : image).jpeg({ quality }).toBuffer());
  }

  async #writeTruth(placed: PlacedClip, folder: string): Promise<void> {
    const { clip } = placed;
    const { intensities, flow, facialPeak, peak } = this.truth(clip);
    const base = join(folder, truthPath(placed));
    await mkdir(dirname(base), { recursive: true });
    const plane = TRUTH_SIZE * TRUTH_SIZE;
    const data = flow.data.slice();
    for (let i = 0; i < plane; i++) {
      if (flow.visible[i] === 1) continue;
      data[i] = Number.NaN;
      data[plane + i] = Number.NaN;
    }
    await writeNpy(`${base}.flow.npy`, { shape: [2, TRUTH_SIZE, TRUTH_SIZE], data });
    const facts = {
      dataset: clip.dataset,
      clip: placed.name,
      folder: placed.folder,
      emotion: clip.emotion,
      coding: clip.coding,
      onset: placed.onset,
      apex: placed.apex,
      offset: placed.offset,
      /** Intensities (0..5) at the apex by AU: left and right half as the viewer sees them. */
      intensities,
      /** Largest motion (px at 224) of the face alone, and of everything, blinks and head included. */
      facialPeak,
      peak,
      blink: clip.blink,
      flow: "u, v in pixels of the 224 x 224 centred square, onset to apex; NaN where the point is covered at the apex",
    };
    await writeFile(`${base}.json`, `${JSON.stringify(facts, null, 2)}\n`);
  }
}
