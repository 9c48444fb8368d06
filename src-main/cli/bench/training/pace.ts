/** How long the paper's configuration would take: some epochs of each network, trained as a run trains, extrapolated. */
import type { RunConfig } from "../../../contract/run.ts";
import { type Executor, Random } from "../../../engine/index.ts";
import { backboneNamed } from "../../../learning/backbones/table.ts";
import { FLOW_NORMALISER } from "../../../learning/normaliser.ts";
import { inMemory } from "../../../learning/pictures.ts";
import { type SampleSet, sampleSet } from "../../../learning/samples.ts";
import { train } from "../../../learning/training/trainer.ts";

type Setting = Pick<
  RunConfig,
  | "batch"
  | "size"
  | "epochs"
  | "lambda"
  | "lr"
  | "weightDecay"
  | "batches"
  | "accumulate"
  | "schedule"
  | "warmup"
  | "clip"
>;

export interface PaceOptions extends Setting {
  readonly executor: Executor;
  /** Epochs that are timed. */
  readonly timed: number;
  /** Samples of an epoch; default: those of a fold of the paper's five datasets, in the mean. */
  readonly samples?: number;
  /** After each timed epoch: how many so far. */
  readonly onEpoch?: (done: number) => void;
}

export interface Pace {
  readonly name: RunConfig["backbone"];
  /** Samples of a timed epoch, its smaller last batch included. */
  readonly samples: number;
  /** Of each timed epoch, batch preparation included, compiling not. */
  readonly epochSeconds: readonly number[];
  /** Median of the timed epochs. */
  readonly msPerSample: number;
  /** What a fold needs beside its epochs: compiling. */
  readonly startSeconds: number;
  /** Extrapolated: the start and every epoch of all five folds. */
  readonly hours: number;
}

/** The paper's five datasets (its Table 1). */
export const PAPER_SAMPLES = 731;
export const FOLDS = 5;
/** In five folds each dataset is left out once: every sample is in four training sets. */
const TRAINED_AN_EPOCH = (FOLDS - 1) * PAPER_SAMPLES;
const DOMAINS = FOLDS - 1;

export async function paceOf(name: RunConfig["backbone"], options: PaceOptions): Promise<Pace> {
  const { epochs, timed, samples = Math.round(TRAINED_AN_EPOCH / FOLDS), onEpoch } = options;
  let compiling = 0;
  const executor: Executor = {
    ...options.executor,
    compile: async (program) => {
      const start = performance.now();
      const session = await options.executor.compile(program);
      compiling += performance.now() - start;
      return session;
    },
  };
  const backbone = backboneNamed(name);
  const epochSeconds: number[] = [];
  const task = {
    phase: "bench",
    executor,
    backbone,
    settings: { ...options, brlFrom: 0, seed: 1 },
    from: new Map(),
    until: timed,
    samples: noise(options, samples),
    normaliser: FLOW_NORMALISER,
    validation: null,
    keepBestFrom: null,
  };
  let last = performance.now();
  let compiled = 0;
  await train(task, null, {
    onEpoch: () => {
      const now = performance.now();
      epochSeconds.push((now - last - (compiling - compiled)) / 1000);
      [last, compiled] = [now, compiling];
      onEpoch?.(epochSeconds.length);
    },
  });
  const median = epochSeconds.toSorted((a, b) => a - b)[timed >> 1];
  const msPerSample = (median * 1000) / samples;
  const startSeconds = compiling / 1000;
  const trained = (msPerSample * TRAINED_AN_EPOCH * epochs) / 1000;
  return { name, samples, epochSeconds, msPerSample, startSeconds, hours: (FOLDS * startSeconds + trained) / 3600 };
}

/** A few pictures of noise, again and again: a step's time does not depend on what they show. */
function noise({ size }: Setting, samples: number): SampleSet {
  const few = 8;
  const length = 3 * size * size;
  const words = new Random(1).words(few * length);
  const pictures = inMemory(
    Float32Array.from(words, (word) => word / 2 ** 32),
    length,
  );
  return sampleSet({
    shape: [3, size, size],
    pictures: { ...pictures, take: (rows) => pictures.take(rows.map((row) => row % few)) },
    samples: Array.from({ length: samples }, (_, i) => ({ label: i % 3, dataset: `d${i % DOMAINS}` })),
  });
}
