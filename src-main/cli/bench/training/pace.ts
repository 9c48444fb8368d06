/** How long the paper's configuration would take: some steps of each network, made as a run makes them, extrapolated. */
import type { RunConfig } from "../../../contract/run.ts";
import { type Executor, Random } from "../../../engine/index.ts";
import { backboneNamed } from "../../../learning/backbones/table.ts";
import { FLOW_NORMALISER } from "../../../learning/normaliser.ts";
import { type SampleSet, sampleSet } from "../../../learning/samples.ts";
import { createStep, initialState } from "../../../learning/training/step.ts";

type Setting = Pick<RunConfig, "batch" | "size" | "epochs" | "lambda" | "lr" | "weightDecay">;

export interface PaceOptions extends Setting {
  readonly executor: Executor;
  /** Steps that are timed, after one that is not. */
  readonly steps: number;
}

export interface Pace {
  readonly name: RunConfig["backbone"];
  /** Median of the timed steps, batch preparation included. */
  readonly msPerSample: number;
  /** Of the fastest step: nearer to what a machine gives that does nothing else. */
  readonly fastest: number;
  readonly steps: number;
  /** Extrapolated: every epoch of all five folds, nothing but steps. */
  readonly hours: number;
}

/** The paper's five datasets (its Table 1). */
export const PAPER_SAMPLES = 731;
/** In five folds each dataset is left out once: every sample is in four training sets. */
const TRAINED_AN_EPOCH = 4 * PAPER_SAMPLES;
const DOMAINS = 4;

export async function paceOf(name: RunConfig["backbone"], options: PaceOptions): Promise<Pace> {
  const { executor, batch, epochs, lambda, lr, steps, weightDecay } = options;
  const backbone = backboneNamed(name);
  const samples = someSamples(options);
  const { shape } = samples;
  await using step = createStep({
    backbone,
    shape,
    domains: DOMAINS,
    executor,
    samples,
    normaliser: FLOW_NORMALISER,
    weightDecay,
    clip: null,
    lambda,
    brlFrom: 0,
    piece: null,
  });
  const indices = Array.from({ length: batch }, (_, i) => i);
  let state = initialState({ backbone, shape }, 1);
  const times: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const start = performance.now();
    ({ state } = await step.run(state, { indices, epoch: 0, step: i + 1, rate: lr }));
    if (i > 0) times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const msPerSample = sorted[times.length >> 1] / batch;
  return {
    name,
    msPerSample,
    fastest: sorted[0] / batch,
    steps,
    hours: (msPerSample * TRAINED_AN_EPOCH * epochs) / 3_600_000,
  };
}

/** One batch of noise: a step's time does not depend on what the pictures show. */
function someSamples({ batch, size }: Setting): SampleSet {
  const words = new Random(1).words(batch * 3 * size * size);
  return sampleSet({
    shape: [3, size, size],
    pictures: Float32Array.from(words, (word) => word / 2 ** 32),
    samples: Array.from({ length: batch }, (_, i) => ({ label: i % 3, dataset: `d${i % DOMAINS}` })),
  });
}
