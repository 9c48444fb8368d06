/** Step `crop`: the square that the network sees, of a clip's onset and apex frames, with one box for both. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { CROP_RULES, cropBox, cropFrame } from "../vision/crops/crop.ts";
import type { Picture } from "../vision/pictures/picture.ts";
import { readPicture } from "../vision/pictures/read.ts";
import { writePng } from "../vision/pictures/write.ts";
import { defineStep } from "./step.ts";

const FRAMES = ["onset", "apex"] as const;

export const cropConfig = z.object({
  rule: z.enum(CROP_RULES),
  /** Side of the result in pixels. */
  size: z.int().min(16).max(1024),
});

/** What `result.json` of a crop says. */
export const cropResult = z.object({
  rule: z.enum(CROP_RULES),
  size: z.int(),
  /** In pixels of the frames. */
  box: z.object({ left: z.int(), top: z.int(), width: z.int(), height: z.int() }),
  frame: z.object({ width: z.int(), height: z.int() }),
});

/**
 * Inputs `onset`, `apex`: the frames' files, one or both. Results: `onset.png`, `apex.png` (RGB, size x size) of those
 * given, and `result.json`.
 */
export const crop = defineStep({
  name: "crop",
  version: 1,
  place: "cache",
  config: cropConfig,
  run: async ({ config, folder, inputs, input, signal }) => {
    const given = FRAMES.filter((name) => inputs.includes(name));
    if (given.length === 0) throw new ApexError("internal", "A crop was asked for without an onset or apex frame.");
    const frames: Picture[] = [];
    for (const name of given) frames.push(await readPicture(input(name)));
    const [first, last] = [frames[0], frames[frames.length - 1]];
    if (first.width !== last.width || first.height !== last.height) {
      throw new ApexError(
        "shape-mismatch",
        `The onset frame ${input("onset")} is ${first.width} x ${first.height} pixels, the apex frame ${input("apex")} ` +
          `${last.width} x ${last.height}: frames of one clip must have one size.`,
        { file: input("apex") },
      );
    }
    if (signal.aborted) throw new ApexError("cancelled", "Cutting out the face was cancelled.");
    const box = cropBox(config.rule, first);
    for (const [i, name] of given.entries()) {
      await writePng(join(folder, `${name}.png`), cropFrame(frames[i], box, config.size));
    }
    const frame = { width: first.width, height: first.height };
    const result: z.infer<typeof cropResult> = { ...config, box, frame };
    await writeFile(join(folder, "result.json"), `${JSON.stringify(result)}\n`).catch((error: unknown) => {
      throw fromSystemError(error, "writing a crop's result");
    });
  },
});
