/** A few samples of each dataset beside one another, one of each class (paper, Figure 2). */
import type { z } from "zod";
import type { sampleCards } from "../../contract/api/study.ts";
import { CLASSES } from "../../contract/classes.ts";
import { type Context, studyOf } from "../context.ts";
import { Random } from "../../engine/random.ts";
import { listedSamples } from "../samples/list.ts";

/** Of the samples after the first. */
const ORDER = 1;

/**
 * Of each class the first that needs no review, else the first. Each further turn shows another one, in an order of
 * chance that is always the same, until all were shown.
 */
export function cards(context: Context, turn: number): z.infer<typeof sampleCards> {
  const all = listedSamples(studyOf(context));
  return [...Map.groupBy(all, ({ dataset }) => dataset)].map(([dataset, own]) => ({
    dataset,
    samples: CLASSES.flatMap((label) => {
      const alike = own.filter((sample) => sample.class === label);
      const ready = alike.filter(({ status }) => status === "ready");
      const [first, ...others] = ready.length > 0 ? ready : alike;
      const order = [first, ...new Random(ORDER).shuffled(others)];
      const chosen = order[turn % order.length];
      return chosen === undefined ? [] : [{ subject: chosen.subject, clip: chosen.clip, class: label }];
    }),
  }));
}
