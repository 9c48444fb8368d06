/** A step as one program: forward, backward and update of the whole batch. */
import { lossWeights } from "../../brl.ts";
import { classesOf } from "../../predict.ts";
import { trainingProgram } from "../../programs.ts";
import { factsOf, groupFeeds, pictureFeeds, scalarFeed, targetFeed } from "./feeds.ts";
import { sessionsFor } from "./sessions.ts";
import type { StepOptions, TrainingStep } from "./types.ts";

export function wholeStep(options: StepOptions): TrainingStep {
  const { executor, samples, domains } = options;
  const sessions = sessionsFor(executor, (batch) => trainingProgram({ ...options, batch }));
  const pictures = pictureFeeds(samples, options.normaliser);
  return {
    run: async (state, batch) => {
      const { indices, epoch } = batch;
      const facts = factsOf(samples, indices);
      const weights = lossWeights(options, { epoch, domains, present: facts.present });
      // The first pictures are decoded while this compiles.
      await sessions.prepare(indices.length);
      const x = await pictures.feed(indices);
      if (batch.next !== null) pictures.ahead(batch.next);
      const outputs = await sessions.run(
        indices.length,
        {
          ...Object.fromEntries(state),
          x,
          targets: targetFeed(facts.labels, indices.length),
          ...groupFeeds(facts.domains, domains),
          ce: scalarFeed(weights.ce),
          brl: scalarFeed(weights.brl),
          rate: scalarFeed(batch.rate),
          step: scalarFeed(batch.step),
        },
        batch,
      );
      return {
        state: new Map(Array.from(state.keys(), (name) => [name, outputs[name]])),
        outcome: {
          labels: facts.labels,
          domains: facts.domains,
          predicted: classesOf(outputs.logits.data),
          attention: outputs.attention.data,
          crossEntropy: outputs.crossEntropy.data[0],
          regularizer: facts.present < 2 ? null : outputs.regularizer.data[0],
        },
      };
    },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
}
