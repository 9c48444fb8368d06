/** From a file to a picture as a network is fed it. */
import path from "node:path";
import { z } from "zod";
import { unreachable } from "../../contract/errors.ts";
import { runConfig } from "../../contract/run.ts";
import { normaliseFlow } from "../../learning/normaliser.ts";
import type { Picture } from "../../learning/pictures.ts";
import { encodeFlow } from "../../vision/flow/encode.ts";
import { flowFromArray } from "../../vision/flow/flow.ts";
import { readNpy } from "../../vision/pictures/npy.ts";
import { resize } from "../../vision/pictures/picture.ts";
import { readPicture } from "../../vision/pictures/read.ts";
import { resample } from "../../vision/pictures/resample.ts";

/** What the network sees of a sample. */
export const seen = z.object({
  input: runConfig.shape.input.unwrap(),
  flowImage: runConfig.shape.flowImage.unwrap(),
  /** Width and height of the network's input. */
  size: runConfig.shape.size.unwrap(),
});
export type Seen = z.infer<typeof seen>;

/** Where a sample's picture comes from. */
export const source = z.object({
  file: z.string(),
  /** A job's result, else a picture file. */
  folder: z.boolean(),
});
export type Source = z.infer<typeof source>;

/** Bytes of a picture as it is decoded. */
export function bytesOf({ input, size }: Seen): number {
  return 3 * size * size * (input === "flow" ? 4 : 1);
}

/** A picture in memory of so many bytes. */
export function pictureIn(memory: ArrayBufferLike, { input }: Seen): Picture {
  return input === "flow" ? new Float32Array(memory) : new Uint8Array(memory);
}

/**
 * [3, size, size]. Of the result folder of a crop job (apex.png, onset.png), of a flow job (flow.npy), or of a picture
 * file: an apex or onset picture, or a flow picture (R = u, G = v, B = strain; bytes / 255, resized bilinearly, never
 * scaled by itself). Throws ApexError `file-missing` and `file-unreadable`, naming the file.
 */
export async function decode({ file, folder }: Source, { input, flowImage, size }: Seen): Promise<Picture> {
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
