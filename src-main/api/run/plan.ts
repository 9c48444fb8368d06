/**
 * From a configuration and the chosen samples to the jobs of a run: for each held-out dataset and seed one training,
 * made of training samples only, and one scoring. Pure: equal samples and configurations give equal jobs.
 */
import type { EmotionClass, PerClass } from "../../contract/classes.ts";
import { countClasses } from "../../contract/classes.ts";
import { unreachable } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { Random } from "../../engine/random.ts";
import { leaveOneDatasetOut, leaveOneDomainOut } from "../../evaluation/splits.ts";
import { type JobInput, type JobSpec, describeJob, resultOf } from "../../jobs/key.ts";
import type { Computing } from "../../steps/executor.ts";
import { TRAINING_INPUT, score } from "../../steps/score.ts";
import { train, WEIGHTS_INPUT } from "../../steps/train.ts";
import { classIndex } from "./samples.ts";

/** One sample as the plan sees it: who, which class, and the job or file that holds its input. */
export interface PlanSample {
  readonly id: string;
  readonly dataset: string;
  readonly subject: string;
  readonly label: EmotionClass;
  readonly input: JobInput;
}

/** A configuration with every "default" settled. */
export interface SettledConfig extends RunConfig {
  readonly brlFrom: number;
  readonly flow: NonNullable<RunConfig["flow"]>;
}

export interface PlannedFold {
  /** Dataset id. */
  readonly heldOut: string;
  readonly seed: number;
  readonly train: JobSpec;
  readonly score: JobSpec;
  readonly trainCounts: PerClass;
  readonly testCounts: PerClass;
}

/** Folds in table order, seeds 1..config.seeds inside each. Throws `run-invalid` with too few datasets for the protocol or rule. */
export function planFolds(samples: readonly PlanSample[], config: SettledConfig, computing: Computing): PlannedFold[] {
  const folds = leaveOneDatasetOut(samples);
  // Said now, not by the first training job minutes later.
  if (config.selection === "leave-one-domain-out") for (const fold of folds) leaveOneDomainOut(fold.train);
  return folds.flatMap(({ heldOut, train: own, test }) =>
    Array.from({ length: config.seeds }, (_, index) => {
      const seed = index + 1;
      const training = trainJob(config.shuffleLabels ? shuffled(own, seed) : own, test, { config, computing, seed });
      return {
        heldOut,
        seed,
        train: training,
        score: scoreJob(training, test, { config, computing }),
        trainCounts: countClasses(own.map(({ label }) => label)),
        testCounts: countClasses(test.map(({ label }) => label)),
      };
    }),
  );
}

const inputsOf = (samples: readonly PlanSample[]) => Object.fromEntries(samples.map(({ id, input }) => [id, input]));
const labelled = ({ id, dataset, label }: PlanSample) => ({ id, dataset, label: classIndex(label) });

interface TrainOptions {
  readonly config: SettledConfig;
  readonly computing: Computing;
  readonly seed: number;
}

function trainJob(
  own: readonly PlanSample[],
  test: readonly PlanSample[],
  { config, computing, seed }: TrainOptions,
): JobSpec {
  const seen = testSeen(config.selection) ? test : [];
  const { input, flowImage, size, backbone, lambda, brlFrom, batches, epochs, batch, selection } = config;
  const { accumulate, lr, schedule, warmup, clip, weightDecay } = config;
  return describeJob(train, {
    config: {
      samples: own.map((sample) => ({ ...labelled(sample), subject: sample.subject })),
      test: seen.length === 0 ? null : seen.map(labelled),
      input,
      flowImage,
      size,
      backbone,
      lambda,
      brlFrom,
      batches,
      epochs,
      batch,
      accumulate,
      lr,
      schedule,
      warmup,
      clip,
      weightDecay,
      selection,
      seed,
      ...computing,
    },
    inputs: { ...inputsOf([...own, ...seen]), ...firstWeights(config) },
  });
}

/** The file that the training starts from, as an input; nothing for random first weights. */
function firstWeights({ weights, weightsDigest }: SettledConfig): Record<string, JobInput> {
  if (weights === null || weightsDigest === null) return {};
  return { [WEIGHTS_INPUT]: { kind: "file", path: weights, digest: weightsDigest } };
}

/** Whether a rule lets the training see its held-out dataset: only the one that is not valid for reporting. */
function testSeen(selection: RunConfig["selection"]): boolean {
  switch (selection) {
    case "best-on-test":
      return true;
    case "last-epoch":
    case "train-validation":
    case "leave-one-domain-out":
      return false;
    default:
      return unreachable(selection, "selection rule");
  }
}

function scoreJob(
  training: JobSpec,
  test: readonly PlanSample[],
  { config, computing }: Omit<TrainOptions, "seed">,
): JobSpec {
  const { input, flowImage, size, backbone } = config;
  return describeJob(score, {
    config: { samples: test.map(labelled), input, flowImage, size, backbone, ...computing },
    inputs: { ...inputsOf(test), [TRAINING_INPUT]: resultOf(training) },
  });
}

/** The same samples with their training labels dealt out anew: a sanity check, test labels stay true. */
function shuffled(own: readonly PlanSample[], seed: number): PlanSample[] {
  const order = new Random(seed).permutation(own.length);
  return own.map((sample, i) => ({ ...sample, label: own[order[i]].label }));
}
