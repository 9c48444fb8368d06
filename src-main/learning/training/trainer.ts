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
import type { Normaliser } from "../pictures.ts";
import { createPredictor, type Parameters, type Predictor, scoresOn } from "../predict.ts";
import { networkTensors, stateName } from "../programs.ts";
import { count, expectPictures, type SampleSet } from "../samples.ts";
import { PastStates } from "./past-states.ts";
import { rateAt } from "./rate.ts";
import { allFinite } from "./step/guard.ts";
import { createStep, initialState, type State } from "./step.ts";
import { addOutcome, emptyTally, type EpochRecord, recordOf, tally } from "./tally.ts";

/** The numbers of a run's configuration that training depends on. */
export interface TrainingSettings extends Pick<
  RunConfig,
  "epochs" | "batch" | "batches" | "accumulate" | "lr" | "schedule" | "warmup" | "clip" | "weightDecay" | "lambda"
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
  /** First weights that stand in place of random ones, by the network's names. */
  readonly from: Parameters;
  /** Epochs to train, at most those of the settings, over which the learning rate's schedule goes. */
  readonly until: number;
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
  /** Before `not-finite` is thrown: where the training stood when its last good step was done. */
  readonly onNotFinite?: (state: TrainerState) => void | Promise<void>;
  /** After every step; whoever keeps checkpoints decides which ones to keep. */
  readonly offer?: (offer: Offer) => void | Promise<void>;
}

export interface Offer {
  readonly state: TrainerState;
  readonly after: "step" | "epoch";
  /** Its tensors' numbers stay what they are until `work` has ended; the position goes on at once. */
  readonly keep: (work: Promise<unknown>) => void;
}

export interface TrainedNetwork {
  readonly parameters: Parameters;
  /** The epoch (0-based) that the parameters are of. */
  readonly epoch: number;
  readonly validation: readonly Scores[];
}

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
  const domains = samples.datasets.length;
  const batch = Math.min(settings.batch, count(samples));
  const piece = settings.accumulate === 1 ? null : Math.ceil(settings.batch / settings.accumulate);
  await using step = createStep({ ...settings, backbone, shape, domains, executor, samples, normaliser, piece });
  await using predictor =
    task.validation === null ? null : await createPredictor({ backbone, shape, batch: piece ?? batch, executor });

  const at: Position = start === null ? firstPosition(domains) : structuredClone(start.position);
  let state = start?.state ?? initialState({ backbone, shape }, settings.seed, task.from);
  let best = start?.best ?? null;
  const past = new PastStates(executor, { state, best });
  const offer = async (after: Offer["after"]) => {
    const now = { position: at, state, best };
    await hooks.offer?.({ state: now, after, keep: (work) => past.keep(now, work) });
  };
  const planOf = (epoch: number): number[][] =>
    planEpoch({ ...settings, mode: settings.batches, domains: samples.domains, epoch });
  while (at.epoch < task.until) {
    const plan = planOf(at.epoch);
    // The next epoch's first pictures are decoded during this one's last steps.
    const after = at.epoch + 1 < task.until ? planOf(at.epoch + 1) : [];
    expectPictures(samples, [...plan.slice(at.batch), ...after].flat());
    const schedule = { ...settings, stepsPerEpoch: plan.length };
    while (at.batch < plan.length) {
      demandGoingOn(hooks.signal);
      const place = { epoch: at.epoch, step: at.step + 1 };
      const batches = { indices: plan[at.batch], next: plan[at.batch + 1] ?? null };
      const rate = rateAt(place.step, schedule);
      const before: TrainerState = { position: at, state, best };
      const stepped = await step.run(state, { ...place, ...batches, rate }).catch(async (error: unknown) => {
        if (error instanceof ApexError && error.code === "not-finite") await hooks.onNotFinite?.(before);
        throw error;
      });
      state = stepped.state;
      past.goOn({ state, best });
      addOutcome(at.sums, stepped.outcome);
      at.step++;
      at.batch++;
      hooks.onStep?.();
      if (at.batch < plan.length) await offer("step");
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
    Object.assign(at, { epoch: at.epoch + 1, batch: 0, sums: emptyTally(domains) });
    await offer("epoch");
  }
  const parameters = best ?? parametersOf(task, state);
  demandFinite(parameters);
  return { parameters, epoch: at.best ?? task.until - 1, validation: at.validation };
}

function firstPosition(domains: number): Position {
  return { epoch: 0, batch: 0, step: 0, sums: emptyTally(domains), validation: [], best: null };
}

/** Everything that was trained, the attention of BRL included, and running statistics, each under its own name. */
function parametersOf({ backbone, samples }: TrainingTask, state: State): Parameters {
  const parameters = new Map<string, Value>();
  for (const { name } of networkTensors(backbone, samples.shape)) {
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

/** A step's own look is at small tensors; this one, at the end, is at all of them. */
function demandFinite(parameters: Parameters): void {
  for (const [name, { data }] of parameters) {
    if (allFinite(data)) continue;
    throw new ApexError(
      "not-finite",
      `Training ended with a number in ${name} that is not finite: try a lower learning rate.`,
      { setting: "lr" },
    );
  }
}
