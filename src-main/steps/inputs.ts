/** From a job's inputs, one a sample and named by its id, to the samples that a network sees. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { CLASSES } from "../contract/classes.ts";
import { ApexError, fromSystemError, unreachable } from "../contract/errors.ts";
import { runConfig } from "../contract/run.ts";
import { type SampleSet, sampleSet } from "../learning/samples.ts";
import { encodeFlow } from "../vision/flow/encode.ts";
import { flowFromArray } from "../vision/flow/flow.ts";
import { resize } from "../vision/pictures/picture.ts";
import { readNpy } from "../vision/pictures/npy.ts";
import { readPicture } from "../vision/pictures/read.ts";
import { resample } from "../vision/pictures/resample.ts";
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

/**
 * Loads samples. An input is the result folder of a crop job (apex.png, onset.png), of a flow job (flow.npy), or a
 * picture file: an apex or onset picture, or a flow picture (R = u, G = v, B = strain; bytes / 255, resized
 * bilinearly, never scaled by itself).
 * Throws ApexError `file-missing`, `file-unreadable`, naming the file, and `cancelled`.
 */
export async function loadSamples(
  context: Pick<StepContext<unknown>, "input" | "signal">,
  samples: readonly LabelledSample[],
  { input, flowImage, size }: Seen,
): Promise<SampleSet> {
  const values = 3 * size * size;
  const pixels = input === "flow" ? new Float32Array(samples.length * values) : new Uint8Array(samples.length * values);
  const left = samples.entries();
  const loadSome = async (): Promise<void> => {
    for (const [i, { id }] of left) {
      if (context.signal.aborted) throw new ApexError("cancelled", "The run was cancelled.");
      const out = pixels.subarray(i * values, (i + 1) * values);
      await loadSample(context.input(id), { input, flowImage, size, out });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loadSome));
  return sampleSet({ shape: [3, size, size], pixels, samples });
}

/** Samples read and decoded at the same time: the disk and the decoder work side by side, in little memory. */
const AT_ONCE = 4;

async function loadSample(
  source: string,
  { input, flowImage, size, out }: Seen & { out: Float32Array | Uint8Array },
): Promise<void> {
  switch (input) {
    case "flow":
      out.set((await isFolder(source)) ? await flowPlanes(source, flowImage, size) : await flowPicture(source, size));
      return;
    case "apex":
    case "onset":
      return await rgbPlanes((await isFolder(source)) ? path.join(source, `${input}.png`) : source, { size, out });
    default:
      return unreachable(input, "kind of input");
  }
}

async function isFolder(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory();
  } catch (error) {
    throw fromSystemError(error, "reading a sample");
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

async function rgbPlanes(file: string, { size, out }: { size: number; out: Float32Array | Uint8Array }): Promise<void> {
  const { rgb } = await resize(await readPicture(file), { width: size, height: size });
  const plane = size * size;
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) out[c * plane + i] = rgb[3 * i + c];
}
