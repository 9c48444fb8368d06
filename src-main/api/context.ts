/** What every capability is handed: the open workspace, how to run jobs, and the caller's wish to watch and to cancel. */
import { ApexError } from "../contract/errors.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { Pool } from "../jobs/types.ts";
import type { Workspace } from "../store/workspace.ts";

export interface Context {
  /** Absolute. */
  readonly folder: string;
  /** Null where the call needs no study (one job of a run, the devices). */
  readonly workspace: Workspace | null;
  /** The file that every worker process runs. */
  readonly workerFile: string;
  /** Worker processes, started at the first use. */
  readonly pool: () => Pool;
}

/** Of the caller: progress and notes go to whoever watches; aborting the signal cancels. */
export interface Hooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly note?: (sentence: string) => void;
  /** Told a run's id as soon as it is planned and stored. */
  readonly onRun?: (id: string) => void;
}

/** The study, where a capability cannot do without. */
export function studyOf(context: Context): Workspace {
  if (context.workspace === null) throw new ApexError("internal", "This call needs an open study.");
  return context.workspace;
}
