/** From a job's inputs, one a sample and named by its id, to the samples that a network sees. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { CLASSES } from "../contract/classes.ts";
import { fromSystemError, unreachable } from "../contract/errors.ts";
import { runConfig } from "../contract/run.ts";
import { normaliseFlow } from "../learning/normaliser.ts";
import type { Picture } from "../learning/pictures.ts";
import { type SampleSet, sampleSet } from "../learning/samples.ts";
import { encodeFlow } from "../vision/flow/encode.ts";
import { flowFromArray } from "../vision/flow/flow.ts";
import { resize } from "../vision/pictures/picture.ts";
import { readNpy } from "../vision/pictures/npy.ts";
import { readPicture } from "../vision/pictures/read.ts";
import { resample } from "../vision/pictures/resample.ts";
import { Decoder } from "./decoder.ts";
import type { PictureMemory } from "./shared/pictures.ts";
import type { StepContext } from "./step.ts";

/** What the network sees of a sample. */
export const seen = z.object({
  input: runConfig.shape.input.unwrap(),
  flowImage: runConfig.shape.flowImage.unwrap(),
  /** Width and height of the network's input. */
  size: runConfig.shape.size.unwrap(),
});
export type Seen = z.infer<typeof seen>;

export const labelledSample = z.object({
  /** Also the name of its input. */
  id: z.string(),
  dataset: z.string(),
  /** Class index, order of CLASSES. */
  label: z
    .int()
    .min(0)
    .max(CLASSES.length - 1),
});
export type LabelledSample = z.infer<typeof labelledSample>;

/** Dispose it with `await using`. */
export interface LoadedSamples extends AsyncDisposable {
  readonly samples: SampleSet;
}

/**
 * Samples whose pictures are decoded when they are wanted, or expected. An input is the result folder of a crop job
 * (apex.png, onset.png), of a flow job (flow.npy), or a picture file: an apex or onset picture, or a flow picture (R = u,
 * G = v, B = strain; bytes / 255, resized bilinearly, never scaled by itself).
 * Throws ApexError `file-missing`; taking a picture that one, `file-unreadable`, naming the file, and `cancelled`.
 */
export async function loadSamples(
  { input, signal }: Pick<StepContext<unknown>, "input" | "signal">,
  samples: readonly LabelledSample[],
  { how, memory }: { readonly how: Seen; readonly memory: PictureMemory },
): Promise<LoadedSamples> {
  const { size } = how;
  const sources = await Promise.all(samples.map(({ id }) => sourceOf(input(id))));
  const decoder = new Decoder({
    origins: sources.map((source) => ({
      key: [source.key, how.input, how.flowImage, size].join("|"),
      decode: () => decode(source, how),
    })),
    bytes: 3 * size * size * (how.input === "flow" ? 4 : 1),
    atOnce: sources.every(({ folder }) => folder) ? MOST_AT_ONCE : AT_ONCE,
    memory,
    signal,
  });
  return {
    samples: sampleSet({ shape: [3, size, size], pictures: decoder, samples }),
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}

/** Picture files decoded at the same time, of whatever size they are. */
const AT_ONCE = 4;

/** Results of our own jobs, which are small: a training looks up only between its steps, when much has come in. */
const MOST_AT_ONCE = 64;

interface Source {
  readonly file: string;
  /** A job's result, whose name stands for its content, or else a file. */
  readonly folder: boolean;
  readonly key: string;
}

async function sourceOf(file: string): Promise<Source> {
  try {
    const found = await stat(file);
    const folder = found.isDirectory();
    return { file, folder, key: folder ? file : `${file}|${found.size}|${found.mtimeMs}` };
  } catch (error) {
    throw fromSystemError(error, "reading a sample");
  }
}

async function decode({ file, folder }: Source, { input, flowImage, size }: Seen): Promise<Picture> {
  switch (input) {
    case "flow":
      return normaliseFlow(folder ? await flowPlanes(file, flowImage, size) : await flowPicture(file, size));
    case "apex":
    case "onset":
      return await rgbPlanes(folder ? path.join(file, `${input}.png`) : file, size);
    default:
      return unreachable(input, "kind of input");
  }
}

async function flowPlanes(folder: string, form: Seen["flowImage"], size: number): Promise<Float32Array> {
  const file = path.join(folder, "flow.npy");
  return encodeFlow(flowFromArray(await readNpy(file), file), form, size);
}

async function flowPicture(file: string, size: number): Promise<Float32Array> {
  const { width, height, rgb } = await readPicture(file);
  const out = new Float32Array(3 * size * size);
  for (let c = 0; c < 3; c++) {
    const data = Float32Array.from({ length: width * height }, (_, i) => rgb[3 * i + c] / 255);
    out.set(resample({ width, height, data }, { width: size, height: size }), c * size * size);
  }
  return out;
}

async function rgbPlanes(file: string, size: number): Promise<Uint8Array> {
  const { rgb } = await resize(await readPicture(file), { width: size, height: size });
  const plane = size * size;
  const out = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) out[c * plane + i] = rgb[3 * i + c];
  return out;
}
