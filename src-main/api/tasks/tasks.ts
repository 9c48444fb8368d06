/** Long work of the host: started by any door, watched by all, cancelled by its id. It outlives whoever asked for it. */
import { randomUUID } from "node:crypto";
import type { CHANGES, Task } from "../../contract/api/tasks.ts";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { carry, type Fault } from "../../contract/fault.ts";
import type { RunConfig } from "../../contract/run.ts";
import type { Progress } from "../../contract/progress.ts";
import type { Hooks } from "../context.ts";
import type { Bus } from "./bus.ts";

/** What a task of this kind leaves behind. */
type ResultOf<K extends Task["kind"]> = NonNullable<Extract<Task, { kind: K }>["result"]>;

/** Work of one lane is done one after the other, in the order of its asking. */
export type Lane = "import" | "compute";

export interface Begin<K extends Task["kind"]> {
  readonly kind: K;
  readonly title: string;
  readonly from: Task["from"];
  /** Of a run: what it will be, once its turn comes. */
  readonly config?: RunConfig;
  /** Null: waits for nobody. */
  readonly lane: Lane | null;
  readonly work: (hooks: TaskHooks, task: { readonly setRun: (id: string) => void }) => Promise<ResultOf<K>>;
  /** What a window must ask again when the task ends, however it ends. */
  readonly stale: readonly (typeof CHANGES)[number][];
}

export type TaskHooks = Required<Omit<Hooks, "onRun">>;

interface Entry {
  task: Task;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Ended tasks that are still listed. */
const KEPT = 50;
/** A window is told of a task at most this often, in milliseconds; of its end at once. */
const PACE_MS = 100;

export class Tasks implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #entries = new Map<string, Entry>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #lanes = new Map<Lane, Promise<void>>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Newest first. */
  list(): Task[] {
    return [...this.#entries.values()].map(({ task }) => task).reverse();
  }

  /** Whether anything is still to be done. */
  get busy(): boolean {
    return this.list().some(isAlive);
  }

  /** Answers at once; the work begins when its lane is free. */
  begin<K extends Task["kind"]>(given: Begin<K>): Task {
    const id = randomUUID();
    const controller = new AbortController();
    const before = given.lane === null ? Promise.resolve() : (this.#lanes.get(given.lane) ?? Promise.resolve());
    const ended = before.then(() => this.#work(id, given, controller.signal));
    if (given.lane !== null) this.#lanes.set(given.lane, ended);
    this.#entries.set(id, { task: blankTask(id, given), controller, ended });
    this.#forget();
    this.#tell(id);
    return this.#entry(id).task;
  }

  /** What is finished of a task stays; to an ended one nothing happens. Errors: `not-found`. */
  cancel(id: string): Task {
    const { controller } = this.#entry(id);
    controller.abort(new ApexError("cancelled", "Cancelled. The same call goes on from where it stopped."));
    if (this.#entry(id).task.state === "queued")
      this.#end(id, { state: "cancelled", error: faultOf(controller.signal) });
    return this.#entry(id).task;
  }

  /** Cancels everything and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { controller } of this.#entries.values())
      controller.abort(new ApexError("cancelled", "Apexlab was closed. The same call goes on from where it stopped."));
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended));
    for (const timer of this.#due.values()) clearTimeout(timer);
  }

  async #work<K extends Task["kind"]>(id: string, { work, stale }: Begin<K>, signal: AbortSignal): Promise<void> {
    if (signal.aborted && !isAlive(this.#entry(id).task)) return; // cancelled while it waited
    const lines = new Map<string, Progress>();
    const notes: string[] = [];
    const hooks: TaskHooks = {
      signal,
      onProgress: (progress) => {
        // Work of one kind that begins anew (the next dataset's rows) is the last line again.
        const before = lines.get(progress.what);
        if (before !== undefined && (before.done >= before.total || progress.done < before.done))
          lines.delete(progress.what);
        lines.set(progress.what, progress);
        this.#change(id, { progress: [...lines.values()] });
      },
      note: (sentence) => {
        notes.push(sentence);
        this.#change(id, { notes: [...notes] });
      },
    };
    try {
      signal.throwIfAborted();
      this.#change(id, { state: "running" });
      const result = await work(hooks, { setRun: (run) => this.#change(id, { run }) });
      this.#end(id, { state: "finished", result });
    } catch (error) {
      const fault = signal.aborted ? faultOf(signal) : faultFrom(error);
      this.#end(id, { state: signal.aborted ? "cancelled" : "failed", error: fault });
    }
    for (const what of stale) this.#bus.publish({ kind: "changed", what });
  }

  /** A task's kind never changes, and `result` and `run` come from its own work: what belongs together stays so. */
  #change(id: string, change: Partial<Omit<Task, "kind" | "result">> & { result?: unknown; run?: string }): void {
    const entry = this.#entry(id);
    if (!isAlive(entry.task)) return; // a last word of work that was let go
    entry.task = Object.assign({}, entry.task, change);
    if (!this.#due.has(id))
      this.#due.set(
        id,
        setTimeout(() => this.#tell(id), PACE_MS),
      );
  }

  #end(id: string, change: Pick<Task, "state"> & { result?: unknown; error?: Fault }): void {
    this.#change(id, { ...change, ended: new Date().toISOString() });
    this.#tell(id);
  }

  #tell(id: string): void {
    clearTimeout(this.#due.get(id));
    this.#due.delete(id);
    this.#bus.publish({ kind: "task", task: this.#entry(id).task });
  }

  #forget(): void {
    const ended = [...this.#entries.values()].filter(({ task }) => !isAlive(task));
    for (const { task } of ended.slice(0, Math.max(0, ended.length - KEPT))) this.#entries.delete(task.id);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new ApexError("not-found", `There is no task ${id}: it ended long ago, or before Apexlab was started.`);
  }
}

export const isAlive = ({ state }: Pick<Task, "state">): boolean => state === "queued" || state === "running";

function blankTask(
  id: string,
  { kind, title, from, lane, config }: Pick<Begin<Task["kind"]>, "kind" | "title" | "from" | "lane" | "config">,
): Task {
  const state: Task["state"] = lane === null ? "running" : "queued";
  const started = new Date().toISOString();
  const blank = { id, title, state, progress: [], notes: [], started, ended: null, error: null, from, result: null };
  return kind === "run" ? { ...blank, kind, run: null, config: config ?? null } : { ...blank, kind };
}

const faultOf = (signal: AbortSignal): Fault => faultFrom(signal.reason);

/** Without the stack: that is nobody's business outside of the host. */
function faultFrom(error: unknown): Fault {
  const { code, message, place } = carry(fromSystemError(error, "working on it"));
  return { code, message, place };
}
