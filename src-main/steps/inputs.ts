/** From a job's inputs, one a sample and named by its id, to the samples that a network sees. */
import { stat } from "node:fs/promises";
import { z } from "zod";
import { CLASSES } from "../contract/classes.ts";
import { fromSystemError } from "../contract/errors.ts";
import type { Pictures } from "../learning/pictures.ts";
import { type SampleSet, sampleSet } from "../learning/samples.ts";
import { bytesOf, type Seen, type Source } from "./decoding/decode.ts";
import { Decoder } from "./decoding/decoder.ts";
import type { Decoding } from "./decoding/thread.ts";
import type { PictureMemory } from "./shared/pictures.ts";
import type { StepContext } from "./step.ts";

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

/** Dispose it with `using`. */
export interface LoadedSamples extends Disposable {
  readonly samples: SampleSet;
}

export interface Loading {
  readonly how: Seen;
  readonly memory: PictureMemory;
  readonly decoding: Decoding;
}

/**
 * Samples whose pictures are decoded when they are wanted, or expected.
 * Throws ApexError `file-missing`; taking a picture that one, `file-unreadable`, naming the file, and `cancelled`.
 */
export async function loadSamples(
  { input, signal }: Pick<StepContext<unknown>, "input" | "signal">,
  samples: readonly LabelledSample[],
  { how, memory, decoding }: Loading,
): Promise<LoadedSamples> {
  const { size } = how;
  const sources = await Promise.all(samples.map(({ id }) => sourceOf(input(id))));
  const decoder = new Decoder({
    origins: sources.map(({ key, ...source }) => ({
      key: [key, how.input, how.flowImage, size].join("|"),
      decode: (stop) => decoding.decode({ source, how }, stop),
    })),
    bytes: bytesOf(how),
    memory,
    signal,
  });
  const pictures: Pictures = {
    take: decoder.take,
    expect: decoder.expect,
    write: (taken, normaliser, out) => decoding.write({ pictures: taken, how, normaliser, out }, signal),
  };
  return {
    samples: sampleSet({ shape: [3, size, size], pictures, samples }),
    [Symbol.dispose]: () => decoder[Symbol.dispose](),
  };
}

/** `key`: equal keys are equal files. A job's result is named by its content. */
async function sourceOf(file: string): Promise<Source & { readonly key: string }> {
  try {
    const found = await stat(file);
    const folder = found.isDirectory();
    return { file, folder, key: folder ? file : `${file}|${found.size}|${found.mtimeMs}` };
  } catch (error) {
    throw fromSystemError(error, "reading a sample");
  }
}
