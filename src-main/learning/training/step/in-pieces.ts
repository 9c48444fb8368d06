/** A step whose batch is computed piece by piece, for a small memory; the numbers are those of the whole batch. */
import { CLASSES } from "../../../contract/classes.ts";
import { type Value, value, zeros } from "../../../engine/index.ts";
import { brlPull, lossWeights } from "../../brl.ts";
import { attentionProgram, pieceProgram, sumName, updateProgram } from "../../pieces.ts";
import { classesOf } from "../../predict.ts";
import { stateName, trainedParameters } from "../../programs.ts";
import { factsOf, pictureFeeds, scalarFeed, targetFeed } from "./feeds.ts";
import { picturesOf } from "../../samples.ts";
import type { Picture } from "../../pictures.ts";
import { sessionsFor } from "./sessions.ts";
import type { Batch, StepOptions, TrainingStep } from "./types.ts";

type Feeds = Readonly<Record<string, Value>>;

/**
 * A batch norm takes its statistics piece by piece, as it does in every framework; without one, the step equals that on
 * the whole batch up to rounding, L_BRL included.
 */
export function stepInPieces(options: StepOptions & { readonly piece: number }): TrainingStep {
  const { executor, samples, backbone, shape, domains } = options;
  const attentions = sessionsFor(executor, (batch) => attentionProgram({ backbone, shape, batch }));
  const gradients = sessionsFor(executor, (batch) => pieceProgram({ backbone, shape, batch }));
  const updates = sessionsFor(executor, () => updateProgram({ backbone, shape }, options));
  const pictures = pictureFeeds(samples, options.normaliser);
  const specs = trainedParameters(backbone, shape);

  const attentionOf = async (feeds: Feeds, taken: readonly Picture[], batch: Batch): Promise<Float32Array> => {
    const a = new Float32Array(taken.length);
    for (const { start, end } of piecesOf(taken.length, options.piece)) {
      const x = pictures.write(taken.slice(start, end));
      const outputs = await attentions.run(end - start, { ...feeds, x }, batch);
      a.set(outputs.attention.data, start);
    }
    return a;
  };

  return {
    run: async (state, batch) => {
      const { indices: whole, epoch } = batch;
      const facts = factsOf(samples, whole);
      const weights = lossWeights(options, { epoch, domains, present: facts.present });
      const fed = Object.fromEntries(state);
      // The first pictures are decoded while this compiles.
      await gradients.prepare(Math.min(options.piece, whole.length));
      const taken = await picturesOf(samples, whole);
      const { pull } = (weights.brl > 0 ? brlPull(await attentionOf(fed, taken, batch), facts.domains) : null) ?? {
        pull: new Float32Array(whole.length),
      };

      let kept: Record<string, Value> = Object.fromEntries(
        specs.map((spec) => [sumName(spec.name), zeros(spec.shape)]),
      );
      const logits = new Float32Array(whole.length * CLASSES.length);
      const attention = new Float32Array(whole.length);
      let crossEntropy = 0;
      let last: Record<string, Value> = {};
      for (const { start, end } of piecesOf(whole.length, options.piece)) {
        const outputs = await gradients.run(
          end - start,
          {
            ...fed,
            ...kept,
            x: pictures.write(taken.slice(start, end)),
            targets: targetFeed(facts.labels.slice(start, end), whole.length),
            pull: value(pull.slice(start, end), [end - start]),
            ce: scalarFeed(weights.ce),
            brl: scalarFeed(weights.brl),
          },
          batch,
        );
        logits.set(outputs.logits.data, start * CLASSES.length);
        attention.set(outputs.attention.data, start);
        crossEntropy += outputs.crossEntropy.data[0];
        kept = { ...kept, ...outputs };
        // Else each piece's sums stay until the garbage collector looks.
        executor.free?.(Object.values(last));
        last = outputs;
      }
      for (const { name } of backbone.statistics) fed[stateName.parameter(name)] = kept[stateName.parameter(name)];

      const updated = await updates.run(
        1,
        { ...fed, ...kept, rate: scalarFeed(batch.rate), step: scalarFeed(batch.step) },
        batch,
      );
      executor.free?.(specs.map(({ name }) => kept[sumName(name)]));
      return {
        state: new Map(Array.from(state.keys(), (name) => [name, updated[name] ?? fed[name]])),
        outcome: {
          labels: facts.labels,
          domains: facts.domains,
          predicted: classesOf(logits),
          attention,
          crossEntropy,
          regularizer: brlPull(attention, facts.domains)?.regularizer ?? null,
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const sessions of [attentions, gradients, updates]) await sessions[Symbol.asyncDispose]();
    },
  };
}

/** Pieces of `size` samples, and a smaller last one. */
function piecesOf(samples: number, size: number) {
  return Array.from({ length: Math.ceil(samples / size) }, (_, i) => ({
    start: i * size,
    end: Math.min((i + 1) * size, samples),
  }));
}
