/** Answers of a trained network: logits, probabilities and classes, one a sample, in the samples' order. */
import { setImmediate } from "node:timers/promises";
import { CLASSES } from "../contract/classes.ts";
import { confusionOf, type FoldScores, scoresOf } from "../evaluation/metrics.ts";
import { type Executor, type Value, value } from "../engine/index.ts";
import type { Backbone, InputShape } from "./backbones/backbone.ts";
import { demandGoingOn } from "./cancel.ts";
import { writer } from "./normaliser.ts";
import type { Normaliser } from "./pictures.ts";
import { forwardProgram, stateName } from "./programs.ts";
import { count, expectPictures, picturesOf, type SampleSet } from "./samples.ts";

/** A network's parameters and running statistics by their names in the weights file: "conv1.weight". */
export type Parameters = ReadonlyMap<string, Value>;

export interface Predictions {
  /** [n, 3], order of CLASSES. */
  readonly logits: Float32Array;
  /** [n, 3], softmax of the logits. */
  readonly probabilities: Float64Array;
  /** [n], index of the largest logit; of equals the first. */
  readonly predicted: Uint8Array;
}

export interface PredictorOptions {
  readonly executor: Executor;
  readonly backbone: Backbone;
  readonly shape: InputShape;
  /** Samples a run; the last run is filled up with zeros, whose answers are dropped. */
  readonly batch: number;
}

export interface Trained {
  readonly parameters: Parameters;
  readonly normaliser: Normaliser;
}

/** Compiled once, asked with many weights; dispose it with `await using`. */
export interface Predictor extends AsyncDisposable {
  /** Throws ApexError `cancelled` within one batch of the signal. */
  readonly predict: (trained: Trained, samples: SampleSet, signal?: AbortSignal) => Promise<Predictions>;
}

export async function createPredictor({ executor, backbone, shape, batch }: PredictorOptions): Promise<Predictor> {
  const session = await executor.compile(forwardProgram({ backbone, shape, batch }));
  const names = [...backbone.parameters(shape), ...backbone.statistics].map((spec) => spec.name);
  const pixels = new Float32Array(batch * shape[0] * shape[1] * shape[2]);
  const x = value(pixels, [batch, ...shape]);
  return {
    predict: async ({ parameters, normaliser }, samples, signal) => {
      const feeds: Record<string, Value> = { x };
      for (const name of names) {
        const parameter = parameters.get(name);
        if (parameter !== undefined) feeds[stateName.parameter(name)] = parameter;
      }
      const write = writer(normaliser);
      const n = count(samples);
      expectPictures(
        samples,
        Array.from({ length: n }, (_, i) => i),
      );
      const logits = new Float32Array(n * CLASSES.length);
      for (let start = 0; start < n; start += batch) {
        demandGoingOn(signal);
        const rows = Array.from({ length: Math.min(batch, n - start) }, (_, i) => start + i);
        write(await picturesOf(samples, rows), pixels);
        pixels.fill(0, (rows.length * pixels.length) / batch);
        const { data } = (await session.run(feeds)).logits;
        logits.set(data.subarray(0, rows.length * CLASSES.length), start * CLASSES.length);
        await setImmediate();
      }
      return answers(logits);
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** Probabilities and classes of logits [n, 3]. */
export function answers(logits: Float32Array): Predictions {
  const predicted = classesOf(logits);
  const probabilities = new Float64Array(logits.length);
  for (let i = 0; i < predicted.length; i++) {
    const row = logits.subarray(i * CLASSES.length, (i + 1) * CLASSES.length);
    const most = row[predicted[i]];
    const exps = Array.from(row, (logit) => Math.exp(logit - most));
    const sum = exps.reduce((a, b) => a + b, 0);
    probabilities.set(
      exps.map((e) => e / sum),
      i * CLASSES.length,
    );
  }
  return { logits, probabilities, predicted };
}

/** Of each row of logits [n, 3] the index of the largest; of equals the first. */
export function classesOf(logits: ArrayLike<number>): Uint8Array {
  const predicted = new Uint8Array(logits.length / CLASSES.length);
  for (let i = 0; i < logits.length; i++) {
    const row = Math.floor(i / CLASSES.length);
    const at = row * CLASSES.length;
    if (logits[i] > logits[at + predicted[row]]) predicted[row] = i - at;
  }
  return predicted;
}

/** The scores of predictions on their own samples. */
export function scoresOn(samples: SampleSet, { predicted }: Predictions): FoldScores {
  return scoresOf(confusionOf(samples.labels, predicted));
}
