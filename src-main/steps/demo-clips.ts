/** Step `demo-clips`: draws every clip of one person of the demo study, as a part of the five release trees. */
import { z } from "zod";
import { DATASET_IDS } from "../contract/datasets.ts";
import { ApexError } from "../contract/errors.ts";
import { placeClips } from "../study/demo/places.ts";
import { planDemo } from "../study/demo/plan.ts";
import { Sitting } from "../study/demo/sitting.ts";
import { DEMO_SIZES } from "../study/demo/studios.ts";
import { defineStep } from "./step.ts";

export const demoClipsConfig = z.object({
  size: z.enum(DEMO_SIZES),
  seed: z.int(),
  dataset: z.enum(DATASET_IDS),
  /** 0-based person within the dataset. */
  person: z.int().min(0),
});

/** No inputs. Results: the person's clip folders in the release's layout, and `truth/` beside them. */
export const demoClips = defineStep({
  name: "demo-clips",
  version: 1,
  place: "cache",
  config: demoClipsConfig,
  run: async ({ config, folder, signal, progress }) => {
    const { size, seed, dataset, person } = config;
    const plan = planDemo({ size, seed });
    const clips = placeClips(plan).filter(({ clip }) => clip.dataset === dataset && clip.person === person);
    if (clips.length === 0)
      throw new ApexError("not-found", `The demo study has no clips of person ${person} in ${dataset}.`);
    const sitting = new Sitting({ plan, dataset, person });
    for (const [n, clip] of clips.entries()) {
      progress(n, clips.length);
      await sitting.writeClip(clip, folder, signal);
    }
    progress(clips.length, clips.length);
  },
});
