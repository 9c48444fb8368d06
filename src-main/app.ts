/** The whole app in one process: the rooms composed, for whichever door is open. Knows no Electron, no HTTP, no argv. */
import path from "node:path";
import type { Context, Hooks } from "./api/context.ts";
import { demo, type DemoOutcome } from "./api/demo.ts";
import { devices } from "./api/devices/devices.ts";
import type { Page } from "./api/door/page.ts";
import { computeFlow } from "./api/flow/compute.ts";
import { flowPair } from "./api/flow/pair.ts";
import { spotApexes } from "./api/flow/spot.ts";
import { createHandler, type Handler } from "./api/handler.ts";
import type { House } from "./api/house.ts";
import { importRelease } from "./api/import.ts";
import { runOneJob } from "./api/job.ts";
import { result, results } from "./api/results.ts";
import { run } from "./api/run/run.ts";
import { markInterrupted } from "./api/runs/interrupted.ts";
import { study } from "./api/study.ts";
import { Bus } from "./api/tasks/bus.ts";
import { isAlive, Tasks } from "./api/tasks/tasks.ts";
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
import type { FlowCall, FlowDocument, PairCall, PairDocument, SpotCall, SpotDocument } from "./contract/flow.ts";
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
  readonly flow: (call: FlowCall, hooks: Hooks) => Promise<FlowDocument>;
  readonly spot: (call: SpotCall, hooks: Hooks) => Promise<SpotDocument>;
  readonly pair: (call: PairCall) => Promise<PairDocument>;
  readonly job: (key: string, hooks: Hooks) => Promise<JobDocument>;
  readonly devices: (hooks: Hooks) => Promise<DevicesDocument>;
  readonly demo: (call: DemoCall, hooks: Hooks) => Promise<DemoOutcome>;
}

/** Errors: those of `openWorkspace`. Disposing ends the workers, then closes the study. */
export async function createApp(options: AppOptions): Promise<App> {
  const opened = openContext(options);
  const { context } = opened;
  return {
    notices: context.workspace?.notices ?? [],
    import: (call, hooks) => importRelease(context, call, hooks),
    study: () => study(context),
    run: (config, hooks) => run(context, config, hooks),
    results: () => results(context),
    result: (text) => result(context, text),
    flow: (call, hooks) => computeFlow(context, call, hooks),
    spot: (call, hooks) => spotApexes(context, call, hooks),
    pair: (call) => flowPair(call),
    job: (key, hooks) => runOneJob(context, key, hooks),
    devices: (hooks) => devices(context, hooks),
    demo: (call, hooks) => demo(context, call, hooks),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

export interface HostOptions {
  readonly workspace: string;
  /** The file that worker processes run. */
  readonly worker: string;
  readonly page: Page;
  /** Tells the terminal where the host of this workspace is, until disposed. */
  readonly announce: (workspace: string) => Disposable;
}

/** The app as it stays open: one handler for every door. */
export interface Host extends AsyncDisposable {
  readonly handle: Handler;
  /** The workspace that is open now; absolute. */
  readonly workspace: () => string;
}

/** Errors: those of `openWorkspace`. Disposing cancels what runs, ends the workers, then closes the study. */
export async function createHost({ workspace, worker, page, announce }: HostOptions): Promise<Host> {
  const openOne = async (folder: string): Promise<OpenedContext> => {
    await using stack = new AsyncDisposableStack();
    const { context } = stack.use(openContext({ workspace: folder, worker, access: "write" }));
    stack.use(announce(context.folder));
    const held = stack.move();
    return { context, [Symbol.asyncDispose]: () => held.disposeAsync() };
  };
  let now = await openOne(workspace);
  const bus = new Bus();
  const tasks = new Tasks(bus);
  const change = async (folder: string) => {
    if (path.resolve(folder) === now.context.folder) return;
    if (tasks.busy)
      throw new ApexError(
        "workspace-busy",
        "Something is being worked on in this study: wait for it or cancel it, then open another one.",
      );
    const before = now;
    now = await openOne(folder);
    bus.publish({ kind: "changed", what: "workspace" });
    await before[Symbol.asyncDispose]();
  };
  let last = Promise.resolve();
  const house: House = {
    context: () => now.context,
    notices: () => now.context.workspace?.notices ?? [],
    open: (folder) => {
      const opening = last.then(() => change(folder));
      last = opening.catch(() => {}); // told to whoever asked; the next one only waits
      return opening;
    },
    tasks,
    bus,
  };
  return {
    handle: createHandler(house, page),
    workspace: () => now.context.folder,
    [Symbol.asyncDispose]: async () => {
      const cutOff = tasks.list().flatMap((task) => (task.kind === "run" && isAlive(task) ? [task.run] : []));
      await tasks[Symbol.asyncDispose]();
      markInterrupted(now.context, cutOff);
      await now[Symbol.asyncDispose]();
    },
  };
}

interface OpenedContext extends AsyncDisposable {
  readonly context: Context;
}

function openContext(options: AppOptions): OpenedContext {
  const folder = path.resolve(options.workspace);
  const workspace = open(folder, options.access);
  let started: Pool | null = null;
  const context: Context = {
    folder,
    workspace,
    workerFile: options.worker,
    pool: () => (started ??= createPool({ workspaceFolder: folder, steps: STEPS, workerFile: options.worker })),
  };
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await using stack = new AsyncDisposableStack();
      if (workspace !== null) stack.use(workspace);
      await started?.[Symbol.asyncDispose]();
    },
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
