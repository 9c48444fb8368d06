/** One batch of training: fills the step program's inputs, runs it, and hands the new state back. */
import { CLASSES } from "../../contract/classes.ts";
import { ApexError } from "../../contract/errors.ts";
import { type Executor, Random, type Value, value, zeros } from "../../engine/index.ts";
import { lossWeights } from "../brl.ts";
import { answers } from "../predict.ts";
import { type Normaliser, writer } from "../normaliser.ts";
import { stateName, trainedParameters, trainingProgram, type TrainingProgram } from "../programs.ts";
import type { SampleSet } from "../samples.ts";
import type { BatchOutcome } from "./tally.ts";

/** Parameters and moments, by the names of stateName. */
export type State = ReadonlyMap<string, Value>;

export interface StepOptions extends TrainingProgram {
  readonly executor: Executor;
  readonly samples: SampleSet;
  readonly normaliser: Normaliser;
  readonly lambda: number;
  readonly brlFrom: number;
}

export interface Batch {
  /** Which samples; at most as many as the program has rows. */
  readonly indices: readonly number[];
  /** 0-based. */
  readonly epoch: number;
  /** 1 for the first step of a training. */
  readonly step: number;
}

export interface Stepped {
  readonly state: State;
  readonly outcome: BatchOutcome;
}

/** A compiled training step; dispose it with `await using`. */
export interface TrainingStep extends AsyncDisposable {
  /** Throws ApexError `not-finite`, naming step and epoch, when the loss is NaN or infinite. */
  readonly run: (state: State, batch: Batch) => Promise<Stepped>;
}

/** First weights from the seed, each parameter from a stream of its own; moments at zero. */
export function initialState({ backbone, shape }: Pick<TrainingProgram, "backbone" | "shape">, seed: number): State {
  const state = new Map<string, Value>();
  for (const spec of trainedParameters(backbone, shape)) {
    const random = new Random(seed).split(`initial/${spec.name}`);
    state.set(stateName.parameter(spec.name), spec.initial(random, spec.shape));
    state.set(stateName.mean(spec.name), zeros(spec.shape));
    state.set(stateName.variance(spec.name), zeros(spec.shape));
  }
  return state;
}

export async function createStep(options: StepOptions): Promise<TrainingStep> {
  const { executor, samples, shape, batch: rows, domains, lr } = options;
  const session = await executor.compile(trainingProgram(options));
  const write = writer(samples, options.normaliser);
  const x = new Float32Array(rows * shape[0] * shape[1] * shape[2]);
  const targets = new Float32Array(rows * CLASSES.length);
  const members = new Float32Array(rows * domains);
  const absent = new Float32Array(domains);
  const [ce, brl, step] = [new Float32Array(1), new Float32Array(1), new Float32Array(1)];
  const feeds: Record<string, Value> = {
    x: value(x, [rows, ...shape]),
    targets: value(targets, [rows, CLASSES.length]),
    members: value(members, [rows, domains]),
    absent: value(absent, [domains]),
    ce: value(ce, []),
    brl: value(brl, []),
    step: value(step, []),
  };

  return {
    run: async (state, batch) => {
      const { indices, epoch } = batch;
      const n = indices.length;
      const groups = Array.from(indices, (i) => samples.domains[i]);
      const labels = Array.from(indices, (i) => samples.labels[i]);
      const sizes = Array.from({ length: domains }, () => 0);
      for (const group of groups) sizes[group]++;
      const present = sizes.filter((size) => size > 0).length;

      write(indices, x);
      x.fill(0, (n * x.length) / rows);
      targets.fill(0);
      members.fill(0);
      for (let i = 0; i < n; i++) {
        targets[i * CLASSES.length + labels[i]] = 1 / n;
        members[i * domains + groups[i]] = 1 / sizes[groups[i]];
      }
      sizes.forEach((size, g) => (absent[g] = size === 0 ? 1 : 0));
      const weights = lossWeights(options, { epoch, domains, present });
      ce[0] = weights.ce;
      brl[0] = weights.brl;
      step[0] = batch.step;

      const outputs = await session.run({ ...feeds, ...Object.fromEntries(state) });
      if (!Number.isFinite(outputs.loss.data[0]))
        throw new ApexError(
          "not-finite",
          `Training met a number that is not finite at step ${batch.step} (epoch ${epoch + 1}): try a --lr below ${lr}, and look for pictures or flow with such values.`,
        );
      return {
        state: new Map(Array.from(state.keys(), (name) => [name, outputs[name]])),
        outcome: {
          labels,
          domains: groups,
          predicted: answers(Float32Array.from(outputs.logits.data.subarray(0, n * CLASSES.length))).predicted,
          attention: outputs.attention.data,
          crossEntropy: outputs.crossEntropy.data[0],
          regularizer: present < 2 ? null : outputs.regularizer.data[0],
        },
      };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
