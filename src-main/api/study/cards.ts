/** A few samples of each dataset beside one another, one of each class (paper, Figure 2). */
import type { z } from "zod";
import type { sampleCards } from "../../contract/api/study.ts";
import { CLASSES } from "../../contract/classes.ts";
import { type Context, studyOf } from "../context.ts";
import { listedSamples } from "../samples/list.ts";

/** Of each class the first that needs no review; else the first. */
export function cards(context: Context): z.infer<typeof sampleCards> {
  const all = listedSamples(studyOf(context));
  return [...Map.groupBy(all, ({ dataset }) => dataset)].map(([dataset, own]) => ({
    dataset,
    samples: CLASSES.flatMap((label) => {
      const alike = own.filter((sample) => sample.class === label);
      const chosen = alike.find(({ status }) => status === "ready") ?? alike[0];
      return chosen === undefined ? [] : [{ subject: chosen.subject, clip: chosen.clip, class: label }];
    }),
  }));
}
