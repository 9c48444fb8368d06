/** Step `flow`: where the face has moved from onset to apex, on the crops that the apex input shows too. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { flowToArray, type Flow } from "../vision/flow/flow.ts";
import { removeGlobalMotion, type Similarity } from "../vision/flow/similarity.ts";
import { opticalStrain } from "../vision/flow/strain.ts";
import { writeNpy } from "../vision/pictures/npy.ts";
import { readPicture } from "../vision/pictures/read.ts";
import { flowMethod, openFlowMethod } from "./flow-method.ts";
import { defineStep } from "./step.ts";

export const flowConfig = flowMethod.and(
  z.object({
    /** Takes the head's own shift, turn and scale off the flow. */
    removeGlobal: z.boolean().default(true),
  }),
);

const spread = z.object({ mean: z.number(), max: z.number() });

/** What `result.json` of a flow says. */
export const flowResult = z.object({
  method: z.string(),
  methodVersion: z.int(),
  width: z.int(),
  height: z.int(),
  /** The head's motion, whether or not it was taken off: pixels, radians, factor. Null where it was not looked for. */
  globalMotion: z
    .object({ shiftX: z.number(), shiftY: z.number(), rotation: z.number(), scale: z.number() })
    .nullable(),
  /** Length of the vectors, pixels. */
  magnitude: spread,
  /** Optical strain, pixels per pixel. */
  strain: spread,
});

/** Inputs `crop`: a crop's folder with both frames; `weights`: RAFT's. Results: `flow.npy` ([2, H, W] float32, pixels) and `result.json`. */
export const flow = defineStep({
  name: "flow",
  version: 1,
  place: "cache",
  config: flowConfig,
  run: async ({ config, folder, input, signal }) => {
    const compute = await openFlowMethod(config, () => input("weights"));
    const onset = await readPicture(join(input("crop"), "onset.png"));
    const apex = await readPicture(join(input("crop"), "apex.png"));
    if (signal.aborted) throw new ApexError("cancelled", "Computing optical flow was cancelled.");
    const whole = await compute({ onset, apex }, signal);
    const found = config.removeGlobal ? removeGlobalMotion(whole) : { flow: whole, motion: null };
    await writeNpy(join(folder, "flow.npy"), flowToArray(found.flow));
    const result = `${JSON.stringify(describe(config, found))}\n`;
    await writeFile(join(folder, "result.json"), result).catch((error: unknown) => {
      throw fromSystemError(error, "writing a flow's result");
    });
  },
});

function describe(
  config: z.infer<typeof flowConfig>,
  found: { flow: Flow; motion: Similarity | null },
): z.infer<typeof flowResult> {
  const { width, height, u, v } = found.flow;
  return {
    method: config.method,
    methodVersion: config.methodVersion,
    width,
    height,
    globalMotion: found.motion,
    magnitude: spreadOf(u.map((value, i) => Math.hypot(value, v[i]))),
    strain: spreadOf(opticalStrain(found.flow)),
  };
}

function spreadOf(values: Float32Array): z.infer<typeof spread> {
  let sum = 0;
  let max = 0;
  for (const value of values) {
    sum += value;
    if (value > max) max = value;
  }
  return { mean: sum / values.length, max };
}
