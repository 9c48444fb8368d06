/**
 * One training: the training samples of a fold and a seed, to one network. It knows nothing of the held-out dataset;
 * only the rule best-on-test, which is not valid for reporting, hands it that dataset as `test`.
 * Results: weights.safetensors (with the normaliser), metrics.jsonl (a line an epoch), result.json; timing.jsonl. Until
 * its end there is checkpoint.safetensors, and where a step met a number that is not finite another, not-finite.safetensors.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { runConfig } from "../contract/run.ts";
import type { Backbone } from "../learning/backbones/backbone.ts";
import { backboneNamed } from "../learning/backbones/table.ts";
import type { Parameters } from "../learning/predict.ts";
import { pretrained } from "../learning/pretrained.ts";
import { encodeWeights } from "../learning/training/checkpoint.ts";
import { fit, type Fitted } from "../learning/training/fit.ts";
import { seen } from "./decoding/decode.ts";
import { digestOf } from "./digest.ts";
import { writeDurably } from "./durable.ts";
import { computing, executorFor, type ExecutorOf } from "./executor.ts";
import { type LabelledSample, labelledSample, type LoadedSamples, loadSamples } from "./inputs.ts";
import { openRunFiles, WEIGHTS_FILE } from "./run-files.ts";
import { shared, sharedExecutor, sharing } from "./shared/shared.ts";
import { defineStep, type StepContext } from "./step.ts";
import { appendTiming, Stopwatch } from "./timing.ts";

const { backbone, lambda, batches, epochs, batch, accumulate, lr, schedule, warmup, clip, weightDecay, selection } =
  runConfig.shape;

/** The name of the input that is a file of first weights, where a run starts from such. */
export const WEIGHTS_INPUT = "weights";

/** Where a training stood before a step that met a number that is not finite. */
const NOT_FINITE_FILE = "not-finite.safetensors";

/** `checkpoint`: SHA-256 of what was taken over; it lies in this job's own folder before it starts. */
const startedFrom = z.strictObject({ key: z.string(), step: z.int().min(0), checkpoint: z.string() });

export const trainConfig = z
  .strictObject({
    /** The training composite; each sample's input is named by its id. */
    samples: z.array(labelledSample.extend({ subject: z.string() })).min(1),
    /** The held-out dataset under best-on-test, else null. */
    test: z.array(labelledSample).min(1).nullable(),
    ...seen.shape,
    backbone: backbone.unwrap(),
    lambda: lambda.unwrap(),
    /** The first E epochs are cross-entropy alone. */
    brlFrom: z.int().min(0),
    batches: batches.unwrap(),
    epochs: epochs.unwrap(),
    batch: batch.unwrap(),
    accumulate: accumulate.unwrap(),
    lr: lr.unwrap(),
    schedule: schedule.unwrap(),
    warmup: warmup.unwrap(),
    clip: clip.unwrap(),
    weightDecay: weightDecay.unwrap(),
    selection: selection.unwrap(),
    seed: z.int().min(0),
    ...computing.shape,
    /** A training that its device gave up: which, and after how many steps this one goes on from it. */
    startedFrom: startedFrom.optional(),
  })
  .refine(({ selection, test }) => (selection === "best-on-test") === (test !== null), {
    error: "a training is given its test set under best-on-test, and under no other rule",
  });
export type TrainConfig = z.infer<typeof trainConfig>;

export const trainResult = z.object({
  /** From 1: the epoch whose weights were taken. */
  epoch: z.int(),
  samples: z.int(),
  /** SHA-256 of weights.safetensors, the normaliser included. */
  weights: z.string(),
});

export const train = trainBy(executorFor);

type BackboneOf = typeof backboneNamed;

/** The step, on whichever executors, with whichever networks. */
export function trainBy(executorOf: ExecutorOf, backboneOf: BackboneOf = backboneNamed) {
  return defineStep<TrainConfig>({
    name: "train",
    version: 7,
    place: "runs",
    config: trainConfig,
    run: async (context) => {
      using _sharing = sharing();
      const watch = new Stopwatch(() => performance.now());
      try {
        await trainTimed(context, watch, { executorOf, backbone: backboneOf(context.config.backbone) });
      } finally {
        await appendTiming(context.folder, watch.timing);
      }
    },
  });
}

async function trainTimed(
  context: StepContext<TrainConfig>,
  watch: Stopwatch,
  { executorOf, backbone }: { readonly executorOf: ExecutorOf; readonly backbone: Backbone },
): Promise<void> {
  const { config, folder } = context;
  await using files = await openRunFiles(folder);
  if (config.startedFrom !== undefined && files.checkpoint === null)
    throw new ApexError(
      "run-invalid",
      `The checkpoint of step ${config.startedFrom.step} from which this training goes on is gone or damaged: start the run again.`,
    );
  const notice = files.notice ?? undefined;
  context.progress(0, 1, notice ?? "loading samples");
  const load = async (samples: readonly LabelledSample[]): Promise<LoadedSamples> => {
    const loaded = await loadSamples(context, samples, {
      how: config,
      memory: shared.pictures,
      decoding: shared.decoding,
    });
    return { ...loaded, samples: watch.samples(loaded.samples) };
  };
  using samples = await load(config.samples);
  using test = config.test === null ? null : await load(config.test);
  const bad = path.join(folder, NOT_FINITE_FILE);
  let kept = false;
  const fitted = await fit(
    {
      executor: watch.executor(sharedExecutor(config, executorOf)),
      backbone,
      settings: config,
      from: await firstWeights(context, backbone),
      selection: config.selection,
      input: config.input,
      samples: samples.samples,
      people: config.samples,
      test: test?.samples ?? null,
    },
    files.checkpoint,
    {
      now: () => performance.now(),
      signal: context.signal,
      onStep: (done, total, phase) => context.progress(done, total, notice ?? (phase === "final" ? undefined : phase)),
      onEpoch: files.appendMetrics,
      save: files.saveCheckpoint,
      onNotFinite: async (checkpoint) => {
        await writeDurably(bad, checkpoint);
        kept = true;
      },
    },
  ).catch((error: unknown) => {
    if (!kept || !(error instanceof ApexError)) throw error;
    throw new ApexError(error.code, `${error.message} What stood before that step is kept in ${bad}.`, {
      ...error.place,
      file: bad,
      cause: error,
    });
  });
  await finish(context, fitted);
  await files.dropCheckpoint();
}

/** Those of the seed, and in their place what a run is given to start from. */
async function firstWeights(
  { config: { size, seed }, inputs, input }: StepContext<TrainConfig>,
  backbone: Backbone,
): Promise<Parameters> {
  const shape = [3, size, size] as const;
  const drawn = shared.weights.of(backbone, shape, seed);
  if (!inputs.includes(WEIGHTS_INPUT)) return drawn;
  return new Map([...drawn, ...pretrained(backbone, shape, await readWhole(input(WEIGHTS_INPUT)))]);
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fromSystemError(error, "reading first weights");
  }
}

async function finish({ config, folder }: StepContext<TrainConfig>, fitted: Fitted): Promise<void> {
  const { input, flowImage, selection: rule, backbone: name } = config;
  const about = { backbone: name, selection: rule, epoch: String(fitted.epoch), input, flowImage };
  const weights = encodeWeights({ ...fitted, about });
  const [digest] = await Promise.all([digestOf(weights), writeDurably(path.join(folder, WEIGHTS_FILE), weights)]);
  const result: z.infer<typeof trainResult> = {
    epoch: fitted.epoch,
    samples: config.samples.length,
    weights: digest,
  };
  await writeDurably(path.join(folder, "result.json"), `${JSON.stringify(result)}\n`);
}
