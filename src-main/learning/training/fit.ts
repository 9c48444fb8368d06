/**
 * From a training composite and a selection rule to one trained network. A rule is a list of trainings (phases): one
 * for most; for leave-one-domain-out one for each training dataset left out, then one on all of them. In every phase
 * the normaliser is fitted on that phase's training samples alone.
 */
import { datasetName } from "../../contract/datasets.ts";
import type { Scores } from "../../contract/documents.ts";
import { ApexError, unreachable } from "../../contract/errors.ts";
import type { RunConfig, Selection } from "../../contract/run.ts";
import { bestMeanEpoch, firstCandidate } from "../../evaluation/selection.ts";
import { leaveOneDomainOut, trainValidation } from "../../evaluation/splits.ts";
import { bytesOf, type Executor } from "../../engine/index.ts";
import type { Backbone } from "../backbones/backbone.ts";
import { Background } from "./background.ts";
import { decodeCheckpoint, encodeCheckpoint, type FitState } from "./checkpoint.ts";
import { fitNormaliser, FLOW_NORMALISER } from "../normaliser.ts";
import type { Normaliser } from "../pictures.ts";
import type { Parameters } from "../predict.ts";
import { SaveClock } from "./save-clock.ts";
import { count, type SampleSet, subset } from "../samples.ts";
import { type EpochRecord } from "./tally.ts";
import { train, type TrainerState, type TrainingSettings } from "./trainer.ts";

export interface Person {
  readonly id: string;
  readonly subject: string;
}

export interface FitTask {
  readonly executor: Executor;
  readonly backbone: Backbone;
  readonly settings: TrainingSettings;
  /** First weights of every training, by the network's names; empty: random ones. */
  readonly from: Parameters;
  readonly selection: Selection;
  readonly input: RunConfig["input"];
  /** The training composite. */
  readonly samples: SampleSet;
  /** Who each sample is of, for splits that keep a person on one side. */
  readonly people: readonly Person[];
  /** The held-out dataset: only under best-on-test, else null. */
  readonly test: SampleSet | null;
}

export interface FitHooks {
  readonly signal?: AbortSignal;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  /** Steps done and the most there can be. */
  readonly onStep?: (done: number, total: number, phase: string) => void;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /**
   * Stores a checkpoint, the parts of a file, which stay as they are until it is done; epoch records told so far belong
   * to it.
   */
  readonly save?: (checkpoint: readonly Uint8Array[]) => void | Promise<void>;
  /** Before `not-finite` is thrown at a step: a checkpoint of what stood before it. */
  readonly onNotFinite?: (checkpoint: readonly Uint8Array[]) => void | Promise<void>;
}

export interface Fitted {
  readonly parameters: Parameters;
  readonly normaliser: Normaliser;
  /** From 1: the epoch whose weights these are. */
  readonly epoch: number;
}

interface Phase {
  readonly name: string;
  readonly train: SampleSet;
  readonly validation: SampleSet | null;
  readonly keepBest: boolean;
}

/**
 * Fits, from a checkpoint or from the seed. With equal tasks the result and the epoch records are bit-equal, from
 * whatever checkpoint it goes on.
 * Throws ApexError `run-invalid` (too few samples or datasets for the rule), `cancelled`, `not-finite`,
 * `weights-invalid` (the checkpoint), and what the executor throws.
 */
export async function fit(task: FitTask, checkpoint: Uint8Array | null, hooks: FitHooks): Promise<Fitted> {
  const { settings } = task;
  const phases = phasesOf(task);
  const candidates = { from: firstCandidate(settings) };
  const from: FitState =
    checkpoint === null ? { phase: 0, validation: [], records: 0, trainer: null } : decodeCheckpoint(checkpoint);
  const clock = new SaveClock(hooks.now);
  await using saving = new Background();
  const done: Scores[][] = [...from.validation];
  let { records, trainer } = from;
  const steps = new StepCount(phases, settings, hooks);

  for (let i = from.phase; ; i++) {
    const phase = phases[i];
    const last = i === phases.length - 1;
    const epochs = last && done.length > 0 ? bestMeanEpoch(done, candidates) + 1 : settings.epochs;
    const normaliser = task.input === "flow" ? FLOW_NORMALISER : await fitNormaliser(phase.train);
    steps.begin(i, trainer?.position.step ?? 0);
    const network = await train(
      {
        ...task,
        phase: phase.name,
        until: epochs,
        samples: phase.train,
        normaliser,
        validation: phase.validation,
        keepBestFrom: phase.keepBest ? candidates.from : null,
      },
      trainer,
      {
        signal: hooks.signal,
        onStep: () => steps.step(),
        onEpoch: async (record) => {
          await hooks.onEpoch?.(record);
          records++;
        },
        onNotFinite: (state) =>
          hooks.onNotFinite?.(encodeCheckpoint({ phase: i, validation: done, records, trainer: state })),
        offer: async ({ state, after, keep }) => {
          // After the last epoch the weights themselves are written.
          if (last && state.position.epoch === epochs) return;
          if (hooks.save === undefined || saving.busy || !clock.due(after, () => tensorBytes(state))) return;
          const { save } = hooks;
          const checkpoint = encodeCheckpoint({ phase: i, validation: done, records, trainer: state });
          await saving.add(() => {
            const work = clock.time(async () => save(checkpoint));
            keep(work);
            return work;
          });
        },
      },
    );
    if (last) return { parameters: network.parameters, normaliser, epoch: network.epoch + 1 };
    done.push([...network.validation]);
    trainer = null;
  }
}

/** The rest of a checkpoint is small. */
const tensorBytes = ({ state, best }: TrainerState): number => bytesOf(state.values()) + bytesOf(best?.values() ?? []);

/** How many epoch records belong to a checkpoint: a metrics file is cut back to so many lines. */
export function recordsOf(checkpoint: Uint8Array): number {
  return decodeCheckpoint(checkpoint).records;
}

function final(train: SampleSet, validation: SampleSet | null): Phase {
  return { name: "final", train, validation, keepBest: validation !== null };
}

function phasesOf({ selection, samples, people, test, settings }: FitTask): Phase[] {
  const members = people.map((person, i) => ({
    ...person,
    index: i,
    label: samples.labels[i],
    dataset: samples.datasets[samples.domains[i]],
  }));
  const pick = (side: readonly { readonly index: number }[]) =>
    subset(
      samples,
      side.map(({ index }) => index),
    );
  if (people.length !== count(samples)) {
    throw new ApexError("internal", `${people.length} people stand against ${count(samples)} training samples.`);
  }
  switch (selection) {
    case "last-epoch":
      return [final(samples, null)];
    case "train-validation": {
      const split = trainValidation(members, settings.seed);
      return [final(pick(split.train), pick(split.validation))];
    }
    case "leave-one-domain-out":
      return [
        ...leaveOneDomainOut(members).map((fold) => ({
          name: `without ${datasetName(fold.heldOut)}`,
          train: pick(fold.train),
          validation: pick(fold.test),
          keepBest: false,
        })),
        final(samples, null),
      ];
    case "best-on-test":
      if (test === null) throw new ApexError("internal", "The rule best-on-test was given no test set.");
      return [final(samples, test)];
    default:
      return unreachable(selection, "selection rule");
  }
}

/** Steps done over all phases; a last phase that ends early leaves some out. */
class StepCount {
  readonly #hooks: FitHooks;
  readonly #names: readonly string[];
  readonly #perPhase: readonly number[];
  #phase = 0;
  #done = 0;

  constructor(phases: readonly Phase[], settings: TrainingSettings, hooks: FitHooks) {
    this.#hooks = hooks;
    this.#names = phases.map((phase) => phase.name);
    this.#perPhase = phases.map((phase) => settings.epochs * Math.ceil(count(phase.train) / settings.batch));
  }

  begin(phase: number, done: number): void {
    this.#phase = phase;
    this.#done = this.#perPhase.slice(0, phase).reduce((a, b) => a + b, 0) + done;
  }

  step(): void {
    this.#done++;
    const total = this.#perPhase.reduce((a, b) => a + b, 0);
    this.#hooks.onStep?.(this.#done, total, this.#names[this.#phase]);
  }
}
