/** One scoring: a finished training (input `training`) answers the samples of its held-out dataset. Result: result.json. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { CLASSES } from "../contract/classes.ts";
import { confusion } from "../contract/documents.ts";
import { fromSystemError } from "../contract/errors.ts";
import { runConfig } from "../contract/run.ts";
import { confusionOf } from "../evaluation/metrics.ts";
import { backboneNamed } from "../learning/backbones/table.ts";
import { createPredictor } from "../learning/predict.ts";
import { count } from "../learning/samples.ts";
import { decodeWeights } from "../learning/training/checkpoint.ts";
import { seen } from "./decoding/decode.ts";
import { writeDurably } from "./durable.ts";
import { computing, executorFor, type ExecutorOf } from "./executor.ts";
import { labelledSample, loadSamples } from "./inputs.ts";
import { WEIGHTS_FILE } from "./run-files.ts";
import { shared, sharedExecutor, sharing } from "./shared/shared.ts";
import { defineStep } from "./step.ts";

/** The name of the input that is the training's run folder. */
export const TRAINING_INPUT = "training";

export const scoreConfig = z.strictObject({
  samples: z.array(labelledSample).min(1),
  ...seen.shape,
  backbone: runConfig.shape.backbone.unwrap(),
  ...computing.shape,
});
export type ScoreConfig = z.infer<typeof scoreConfig>;

export const scoreResult = z.object({
  /** In the order of the configuration. */
  predictions: z.array(
    z.object({
      id: z.string(),
      /** Class indices, order of CLASSES. */
      label: z.int(),
      predicted: z.int(),
      probabilities: z.array(z.number()).length(CLASSES.length),
    }),
  ),
  confusion,
});
export type ScoreResult = z.infer<typeof scoreResult>;

const MOST_ROWS = 32;

export const score = scoreBy(executorFor);

/** The step, on whichever executors. */
export function scoreBy(executorOf: ExecutorOf) {
  return defineStep<ScoreConfig>({
    name: "score",
    version: 4,
    place: "runs",
    config: scoreConfig,
    run: async (context) => {
      using _sharing = sharing();
      const { config } = context;
      context.progress(0, config.samples.length);
      const trained = await readWeights(path.join(context.input(TRAINING_INPUT), WEIGHTS_FILE));
      using loaded = await loadSamples(context, config.samples, {
        how: config,
        memory: shared.pictures,
        decoding: shared.decoding,
      });
      const { samples } = loaded;
      const backbone = backboneNamed(config.backbone);
      const batch = Math.min(MOST_ROWS, count(samples));
      await using predictor = await createPredictor({
        executor: sharedExecutor(config, executorOf),
        backbone,
        shape: samples.shape,
        batch,
      });
      const { predicted, probabilities } = await predictor.predict(trained, samples, context.signal);
      const result: ScoreResult = {
        predictions: config.samples.map(({ id, label }, i) => ({
          id,
          label,
          predicted: predicted[i],
          probabilities: [...probabilities.subarray(i * CLASSES.length, (i + 1) * CLASSES.length)],
        })),
        confusion: confusionOf(samples.labels, predicted),
      };
      await writeDurably(path.join(context.folder, "result.json"), `${JSON.stringify(result)}\n`);
      context.progress(config.samples.length, config.samples.length);
    },
  });
}

async function readWeights(file: string) {
  try {
    return decodeWeights(await readFile(file));
  } catch (error) {
    throw fromSystemError(error, "reading trained weights");
  }
}
