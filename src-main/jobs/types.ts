/** What the pool is asked and what it answers. */
import type { ApexError } from "../contract/errors.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { StepTable } from "../steps/registry.ts";
import type { JobSpec } from "./key.ts";

export interface PoolOptions {
  /** Absolute. */
  readonly workspaceFolder: string;
  readonly steps: StepTable;
  /** The file that every worker process runs: `worker.ts` of the sources, `worker.js` of out/. */
  readonly workerFile: string;
  /** How many jobs of one slot run at a time; default: the machine's usable cores. */
  readonly workers?: number;
  /** Flags of the workers' Node. */
  readonly execArgv?: readonly string[];
  /** How long a worker may take to answer a cancellation before it is killed; default 5000 ms. */
  readonly graceMs?: number;
  /** How long a worker without a job is kept, with all that it holds in memory; default 60 000 ms. */
  readonly idleMs?: number;
}

export interface PoolJob {
  readonly spec: JobSpec;
  /** In a user's words: "Optical flow", "Training, held-out dataset CASME II". Jobs of one `what` share a progress line. */
  readonly what: string;
  /** `all`: uses every core by itself and runs alone (training); default `one`. */
  readonly slots?: "one" | "all";
}

export type JobResult =
  | {
      readonly state: "finished";
      readonly key: string;
      readonly step: string;
      readonly folder: string;
      readonly cached: boolean;
    }
  | { readonly state: "failed"; readonly key: string; readonly step: string; readonly error: ApexError };

export interface RunJobsOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Told of each job as it ends, in the order of ending; once for jobs that share a key. */
  readonly onResult?: (result: JobResult) => void;
  /**
   * `stop` (default): the first failure cancels the rest and rejects. `continue`: what does not depend on a failed job
   * still runs, and failures stand among the results.
   */
  readonly onFailure?: "stop" | "continue";
}

export interface Pool extends AsyncDisposable {
  /**
   * Runs the jobs, each once its input jobs are done; results in the order asked. Finished keys return at once, equal
   * keys are run once. Calls on one pool are served one after the other. Rejects with the first failure (`stop`) or
   * with `cancelled` when the signal aborts; by then every worker has let go of its job.
   */
  readonly run: (jobs: readonly PoolJob[], options?: RunJobsOptions) => Promise<JobResult[]>;
}
