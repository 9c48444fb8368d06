/** What a training step is, whichever way it computes. */
import type { Executor, Value } from "../../../engine/index.ts";
import type { Normaliser } from "../../pictures.ts";
import type { TrainingProgram } from "../../programs.ts";
import type { SampleSet } from "../../samples.ts";
import type { BatchOutcome } from "../tally.ts";
import type { StepPlace } from "./guard.ts";

/** Parameters, running statistics and moments, by the names of stateName. */
export type State = ReadonlyMap<string, Value>;

export interface StepOptions extends Omit<TrainingProgram, "batch"> {
  readonly executor: Executor;
  readonly samples: SampleSet;
  readonly normaliser: Normaliser;
  readonly lambda: number;
  readonly brlFrom: number;
  /** Samples that are computed at once; null: the whole batch. */
  readonly piece: number | null;
}

export interface Batch extends StepPlace {
  /** Which samples. */
  readonly indices: readonly number[];
  /** Which samples the step after this one will be given, the same list, where that is known. */
  readonly next: readonly number[] | null;
}

export interface Stepped {
  readonly state: State;
  readonly outcome: BatchOutcome;
}

/** Programs are compiled when a batch of their size comes up; dispose it with `await using`. */
export interface TrainingStep extends AsyncDisposable {
  /** Throws ApexError `not-finite`, naming step, epoch and op, when a number of the step is NaN or infinite. */
  readonly run: (state: State, batch: Batch) => Promise<Stepped>;
}
