/** Trains one network on one set of samples, epoch by epoch; can stop after any step and go on bit for bit. */
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { scores, type Scores } from "../../contract/documents.ts";
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { bestEpoch } from "../../evaluation/selection.ts";
import type { Executor, Value } from "../../engine/index.ts";
import type { Backbone } from "../backbones/backbone.ts";
import { planEpoch } from "./batches.ts";
import { demandGoingOn } from "../cancel.ts";
import type { Normaliser } from "../normaliser.ts";
import { createPredictor, type Parameters, type Predictor, scoresOn } from "../predict.ts";
import { stateName, trainedParameters } from "../programs.ts";
import { count, type SampleSet } from "../samples.ts";
import { createStep, initialState, type State } from "./step.ts";
import { addOutcome, emptyTally, type EpochRecord, recordOf, tally } from "./tally.ts";

/** The numbers of a run's configuration that training depends on. */
export interface TrainingSettings extends Pick<
  RunConfig,
  "epochs" | "batch" | "batches" | "lr" | "weightDecay" | "lambda"
> {
  /** The first E epochs are cross-entropy alone. */
  readonly brlFrom: number;
  readonly seed: number;
}

export interface TrainingTask {
  /** For records and progress. */
  readonly phase: string;
  readonly executor: Executor;
  readonly backbone: Backbone;
  readonly settings: TrainingSettings;
  readonly samples: SampleSet;
  readonly normaliser: Normaliser;
  /** Scored after each epoch. */
  readonly validation: SampleSet | null;
  /** The first epoch (0-based) whose weights may be the best on the validation set; null: the last weights count. */
  readonly keepBestFrom: number | null;
}

/** Where a training stands, beside its tensors. */
export const position = z.object({
  /** 0-based epoch and batch that come next, and steps done. */
  epoch: z.int().min(0),
  batch: z.int().min(0),
  step: z.int().min(0),
  sums: tally,
  /** Validation scores of the epochs done. */
  validation: z.array(scores),
  /** The epoch whose weights are kept as the best. */
  best: z.int().min(0).nullable(),
});
export type Position = z.infer<typeof position>;

export interface TrainerState {
  readonly position: Position;
  readonly state: State;
  /** Parameters of the best epoch so far, by their own names. */
  readonly best: Parameters | null;
}

export interface TrainerHooks {
  readonly signal?: AbortSignal;
  /** After each step. */
  readonly onStep?: () => void;
  /** After each epoch, before its state is offered. */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Offered after every step; whoever keeps checkpoints decides which ones to keep. */
  readonly offer?: (state: TrainerState, at: "step" | "epoch") => void | Promise<void>;
}

export interface TrainedNetwork {
  readonly parameters: Parameters;
  /** The epoch (0-based) that the parameters are of. */
  readonly epoch: number;
  readonly validation: readonly Scores[];
}

/** Rows of the step program: a set that is smaller than a batch makes smaller batches. */
const rowsOf = ({ settings, samples }: TrainingTask) => Math.min(settings.batch, count(samples));

/**
 * Trains from `start`, or from the seed when it is null, to the last epoch.
 * Throws ApexError `cancelled` within one step of the signal, `not-finite`, and what the executor throws.
 */
export async function train(
  task: TrainingTask,
  start: TrainerState | null,
  hooks: TrainerHooks = {},
): Promise<TrainedNetwork> {
  const { backbone, executor, samples, settings, normaliser } = task;
  const { shape } = samples;
  const program = { backbone, shape, batch: rowsOf(task), domains: samples.datasets.length };
  await using step = await createStep({ ...settings, ...program, executor, samples, normaliser });
  await using predictor = task.validation === null ? null : await createPredictor({ ...program, executor });

  const at: Position = start === null ? firstPosition(program.domains) : structuredClone(start.position);
  let state = start?.state ?? initialState(program, settings.seed);
  let best = start?.best ?? null;
  while (at.epoch < settings.epochs) {
    const plan = planEpoch({ ...settings, mode: settings.batches, domains: samples.domains, epoch: at.epoch });
    while (at.batch < plan.length) {
      demandGoingOn(hooks.signal);
      at.step++;
      const stepped = await step.run(state, { indices: plan[at.batch], epoch: at.epoch, step: at.step });
      state = stepped.state;
      addOutcome(at.sums, stepped.outcome);
      at.batch++;
      hooks.onStep?.();
      if (at.batch < plan.length) await hooks.offer?.({ position: at, state, best }, "step");
      await setImmediate();
    }
    const parameters = parametersOf(task, state);
    const validation = await validate(task, predictor, { parameters, signal: hooks.signal });
    if (validation !== null) at.validation.push(validation);
    if (isBest(task, at)) {
      at.best = at.epoch;
      best = parameters;
    }
    const facts = { phase: task.phase, epoch: at.epoch + 1, datasets: samples.datasets, validation };
    await hooks.onEpoch?.(recordOf(at.sums, facts));
    Object.assign(at, { epoch: at.epoch + 1, batch: 0, sums: emptyTally(program.domains) });
    await hooks.offer?.({ position: at, state, best }, "epoch");
  }
  const parameters = best ?? parametersOf(task, state);
  demandFinite(parameters);
  return { parameters, epoch: at.best ?? settings.epochs - 1, validation: at.validation };
}

function firstPosition(domains: number): Position {
  return { epoch: 0, batch: 0, step: 0, sums: emptyTally(domains), validation: [], best: null };
}

/** Everything that was trained, the attention of BRL included, under its own name. */
function parametersOf({ backbone, samples }: TrainingTask, state: State): Parameters {
  const parameters = new Map<string, Value>();
  for (const { name } of trainedParameters(backbone, samples.shape)) {
    const tensor = state.get(stateName.parameter(name));
    if (tensor === undefined) throw new ApexError("weights-invalid", `The checkpoint lacks the parameter ${name}.`);
    parameters.set(name, tensor);
  }
  return parameters;
}

async function validate(
  { validation, normaliser }: TrainingTask,
  predictor: Predictor | null,
  { parameters, signal }: { parameters: Parameters; signal: AbortSignal | undefined },
): Promise<Scores | null> {
  if (validation === null || predictor === null) return null;
  const { accuracy, uar, uf1 } = scoresOn(
    validation,
    await predictor.predict({ parameters, normaliser }, validation, signal),
  );
  return { accuracy, uar, uf1 };
}

/** Whether the epoch just done is the best of those that may be chosen; of equals the earliest stays. */
function isBest({ keepBestFrom }: TrainingTask, { epoch, validation }: Position): boolean {
  return keepBestFrom !== null && epoch >= keepBestFrom && bestEpoch(validation, { from: keepBestFrom }) === epoch;
}

function demandFinite(parameters: Parameters): void {
  for (const [name, { data }] of parameters) {
    for (const number of data) {
      if (Number.isFinite(number)) continue;
      throw new ApexError(
        "not-finite",
        `Training ended with a number in ${name} that is not finite: try a lower --lr.`,
      );
    }
  }
}
