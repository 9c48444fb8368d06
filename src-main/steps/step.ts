/**
 * A step is one kind of job: a pure function from inputs and a configuration to a folder of results. It runs in a
 * worker process, never opens the database, and reads only what its context hands it.
 */
import type { z } from "zod";

export interface StepContext<C> {
  readonly config: C;
  /** Absolute folder for the results. Cache steps start with it empty; run steps may find their own checkpoint there. */
  readonly folder: string;
  /** Names of the job's inputs, sorted. */
  readonly inputs: readonly string[];
  /** Absolute path of an input: the file itself, or the result folder of another job. Unknown names throw. */
  readonly input: (name: string) => string;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, note?: string) => void;
}

export interface Step<C> {
  readonly name: string;
  /** Raised by hand whenever the same inputs give another output; a golden-digest test guards it. */
  readonly version: number;
  /**
   * cache: `cache/<name>/<key>/`, written under a temporary name and renamed when whole.
   * runs: `runs/<key>/`, worked on in place, resumable; `result.json` is written last and means "finished".
   */
  readonly place: "cache" | "runs";
  readonly config: z.ZodType<C>;
  readonly run: (context: StepContext<C>) => Promise<void>;
}

/** Keeps the configuration's type inside one object, so that steps of many types stand in one table. */
export function defineStep<C>(step: Step<C>): Step<C> {
  return step;
}
