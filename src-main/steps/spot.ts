/** Step `spot`: how much the face moves against its onset in every frame of a clip, and where it moves most. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { CROP_RULES, cropBox, cropFrame } from "../vision/crops/crop.ts";
import type { Picture } from "../vision/pictures/picture.ts";
import { readPicture } from "../vision/pictures/read.ts";
import { facialMotion } from "../vision/spotting/motion.ts";
import { spotApex } from "../vision/spotting/spot.ts";
import { flowMethod, openFlowMethod } from "./flow-method.ts";
import { defineStep } from "./step.ts";

export const spotConfig = flowMethod.and(
  z.object({
    rule: z.enum(CROP_RULES),
    /** Side of the pictures that flow is computed on, pixels. */
    size: z.int().min(16).max(1024),
    /** Frame numbers from the onset on, ascending; each is the name of an input. */
    frames: z.array(z.int()).min(1),
  }),
);

/** What `result.json` of a spotting says. */
export const spotResult = z.object({
  frames: z.array(z.int()),
  /** Pixels of a face 224 wide. */
  motion: z.array(z.number()),
  smooth: z.array(z.number()),
  /** A frame number; null where nothing moves. */
  apex: z.int().nullable(),
});

/** Inputs: the frames' files, named by their numbers; the first is the onset, whose box is that of all. `weights`: RAFT's. */
export const spot = defineStep({
  name: "spot",
  version: 1,
  place: "cache",
  config: spotConfig,
  run: async ({ config, folder, input, signal, progress }) => {
    const { frames, size } = config;
    const compute = await openFlowMethod(config, () => input("weights"));
    const first = await readPicture(input(String(frames[0])));
    const box = cropBox(config.rule, first);
    const onset = cropFrame(first, box, size);
    const motion = [0];
    for (const number of frames.slice(1)) {
      if (signal.aborted) throw new ApexError("cancelled", "Measuring a clip's motion was cancelled.");
      const frame = await readPicture(input(String(number)));
      demandSize(first, frame, { number, file: input(String(number)) });
      motion.push(facialMotion(await compute({ onset, apex: cropFrame(frame, box, size) }, signal)));
      progress(motion.length, frames.length);
    }
    const { smooth, position } = spotApex(motion);
    const result: z.infer<typeof spotResult> = {
      frames: [...frames],
      motion: rounded(motion),
      smooth: rounded(smooth),
      apex: position === null ? null : frames[position],
    };
    await writeFile(join(folder, "result.json"), `${JSON.stringify(result)}\n`).catch((error: unknown) => {
      throw fromSystemError(error, "writing a clip's motion");
    });
  },
});

const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(5)));

function demandSize(first: Picture, frame: Picture, { number, file }: { number: number; file: string }): void {
  if (frame.width === first.width && frame.height === first.height) return;
  throw new ApexError(
    "shape-mismatch",
    `The onset frame is ${first.width} x ${first.height} pixels, frame ${number} (${file}) ${frame.width} x ${frame.height}: frames of one clip must have one size.`,
    { file, frame: number },
  );
}
