/** The whole app in one process: the rooms composed, for whichever door is open. Knows no Electron, no HTTP, no argv. */
import path from "node:path";
import type { Context, Hooks } from "./api/context.ts";
import { demo, type DemoOutcome } from "./api/demo.ts";
import { devices } from "./api/devices.ts";
import { importRelease } from "./api/import.ts";
import { runOneJob } from "./api/job.ts";
import { result, results } from "./api/results.ts";
import { run } from "./api/run/run.ts";
import { study } from "./api/study.ts";
import type { DemoCall, ImportCall } from "./contract/calls.ts";
import type {
  DevicesDocument,
  ImportDocument,
  JobDocument,
  ResultsDocument,
  RunDocument,
  StudyDocument,
} from "./contract/documents.ts";
import { ApexError } from "./contract/errors.ts";
import type { RunConfig } from "./contract/run.ts";
import { createPool } from "./jobs/pool.ts";
import type { Pool } from "./jobs/types.ts";
import { STEPS } from "./steps/table.ts";
import { openWorkspace, type Workspace } from "./store/workspace.ts";

export type { Hooks } from "./api/context.ts";

export interface AppOptions {
  readonly workspace: string;
  /** The file that worker processes run. */
  readonly worker: string;
  /**
   * write: holds the workspace's lock until closed. read: an existing study, never the lock. peek: as read, or no
   * study at all where there is none yet. none: opens no study.
   */
  readonly access: "write" | "read" | "peek" | "none";
}

export interface App extends AsyncDisposable {
  /** What the user must be told about opening: a damaged database that was set aside. */
  readonly notices: readonly string[];
  readonly import: (call: ImportCall, hooks: Hooks) => Promise<ImportDocument[]>;
  readonly study: () => StudyDocument;
  readonly run: (config: RunConfig, hooks: Hooks) => Promise<RunDocument>;
  readonly results: () => ResultsDocument;
  readonly result: (run: string) => RunDocument;
  readonly job: (key: string, hooks: Hooks) => Promise<JobDocument>;
  readonly devices: () => DevicesDocument;
  readonly demo: (call: DemoCall, hooks: Hooks) => Promise<DemoOutcome>;
}

/** Errors: those of `openWorkspace`. Disposing ends the workers, then closes the study. */
export async function createApp(options: AppOptions): Promise<App> {
  const folder = path.resolve(options.workspace);
  await using stack = new AsyncDisposableStack();
  const workspace = open(folder, options.access);
  if (workspace !== null) stack.use(workspace);
  let started: Pool | null = null;
  stack.defer(async () => {
    await started?.[Symbol.asyncDispose]();
  });
  const context: Context = {
    folder,
    workspace,
    pool: () => (started ??= createPool({ workspaceFolder: folder, steps: STEPS, workerFile: options.worker })),
  };
  const owned = stack.move();
  return {
    notices: workspace?.notices ?? [],
    import: (call, hooks) => importRelease(context, call, hooks),
    study: () => study(context),
    run: (config, hooks) => run(context, config, hooks),
    results: () => results(context),
    result: (text) => result(context, text),
    job: (key, hooks) => runOneJob(context, key, hooks),
    devices: () => devices(),
    demo: (call, hooks) => demo(context, call, hooks),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function open(folder: string, access: AppOptions["access"]): Workspace | null {
  switch (access) {
    case "none":
      return null;
    case "peek":
      try {
        return openWorkspace(folder, { access: "read" });
      } catch (error) {
        if (error instanceof ApexError && error.code === "not-found") return null;
        throw error;
      }
    case "read":
    case "write":
      return openWorkspace(folder, { access });
  }
}
