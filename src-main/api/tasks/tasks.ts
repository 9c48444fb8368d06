/** Long work of the host: started by any door, watched by all, cancelled by its id. It outlives whoever asked for it. */
import { randomUUID } from "node:crypto";
import type { Task } from "../../contract/api/tasks.ts";
import { ApexError } from "../../contract/errors.ts";
import type { Progress } from "../../contract/progress.ts";
import { carry } from "../../jobs/messages.ts";
import type { Hooks } from "../context.ts";
import type { Bus } from "./bus.ts";

/** What a task of this kind leaves behind. */
type ResultOf<K extends Task["kind"]> = NonNullable<Extract<Task, { kind: K }>["result"]>;

export interface Begin<K extends Task["kind"]> {
  readonly kind: K;
  readonly title: string;
  readonly from: Task["from"];
  /** Reading alone waits for nobody; what writes waits for the writers before it. */
  readonly writes: boolean;
  readonly work: (hooks: Hooks & { readonly signal: AbortSignal }, about: About) => Promise<ResultOf<K>>;
}

/** What the work may say about its task beside progress. */
export interface About {
  /** The run that a task works on, as soon as it is known. */
  readonly run: (id: string) => void;
}

interface Entry {
  task: Task;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Ended tasks that are still listed. */
const KEPT = 50;
/** A window sees a task at most this often, in milliseconds; its end comes at once. */
const PACE_MS = 100;

export class Tasks implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #entries = new Map<string, Entry>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  #writers: Promise<unknown> = Promise.resolve();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Newest first. */
  list(): Task[] {
    return [...this.#entries.values()].map(({ task }) => task).reverse();
  }

  /** Errors: `not-found`. */
  get(id: string): Task {
    return this.#entry(id).task;
  }

  get busy(): boolean {
    return this.list().some(isAlive);
  }

  begin<K extends Task["kind"]>(given: Begin<K>): Task {
    const id = randomUUID();
    const controller = new AbortController();
    const blank = {
      id,
      title: given.title,
      state: given.writes ? "queued" : "running",
      progress: [],
      notes: [],
      started: new Date().toISOString(),
      ended: null,
      error: null,
      from: given.from,
      result: null,
    } as const;
    const task: Task =
      given.kind === "run"
        ? { ...blank, kind: "run", run: null, progress: [], notes: [] }
        : { ...blank, kind: blankKind(given.kind), progress: [], notes: [] };
    const before = given.writes ? this.#writers : Promise.resolve();
    // Only now, so that whoever asked knows the id before anything is told about it.
    const ended = before.then(() => this.#work(id, given, controller.signal));
    if (given.writes) this.#writers = ended;
    this.#entries.set(id, { task, controller, ended });
    this.#forget();
    this.#tell(id);
    return task;
  }

  /** Cancels a task; what is finished of it stays. Of an ended one: nothing. Errors: `not-found`. */
  cancel(id: string): Task {
    const { controller, task } = this.#entry(id);
    if (isAlive(task))
      controller.abort(new ApexError("cancelled", "Cancelled. The same call goes on from where it stopped."));
    return task;
  }

  /** Waits until a task has ended. Errors: `not-found`. */
  async settled(id: string): Promise<Task> {
    await this.#entry(id).ended;
    return this.get(id);
  }

  /** Cancels everything and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { controller, task } of this.#entries.values())
      if (isAlive(task))
        controller.abort(new ApexError("cancelled", "Apexlab was closed; the same call goes on from there."));
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended));
    for (const timer of this.#due.values()) clearTimeout(timer);
  }

  async #work<K extends Task["kind"]>(id: string, { work }: Begin<K>, signal: AbortSignal): Promise<void> {
    const lines = new Map<string, Progress>();
    const notes: string[] = [];
    const hooks = {
      signal,
      onProgress: (progress: Progress) => {
        lines.set(progress.what, progress);
        this.#change(id, { progress: [...lines.values()] });
      },
      note: (sentence: string) => {
        notes.push(sentence);
        this.#change(id, { notes: [...notes] });
      },
    };
    try {
      signal.throwIfAborted();
      this.#change(id, { state: "running" });
      const result = await work(hooks, { run: (run) => this.#change(id, { run }) });
      this.#end(id, { state: "finished", result });
    } catch (error) {
      const { code, message, place } = carry(signal.aborted ? signal.reason : error);
      this.#end(id, { state: code === "cancelled" ? "cancelled" : "failed", error: { code, message, place } });
    }
  }

  /** The kind of a task never changes, so that what belongs to its kind fits. */
  #change(id: string, change: Partial<Omit<Task, "kind" | "result">> & { result?: unknown; run?: string }): void {
    const entry = this.#entry(id);
    entry.task = Object.assign({}, entry.task, change);
    if (this.#due.has(id)) return;
    this.#due.set(
      id,
      setTimeout(() => this.#tell(id), PACE_MS),
    );
  }

  #end(id: string, change: Pick<Task, "state"> & { result?: unknown; error?: Task["error"] }): void {
    this.#change(id, { ...change, ended: new Date().toISOString() });
    this.#tell(id);
  }

  #tell(id: string): void {
    clearTimeout(this.#due.get(id));
    this.#due.delete(id);
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#bus.publish({ kind: "task", task: entry.task });
  }

  #forget(): void {
    const ended = [...this.#entries.values()].filter(({ task }) => !isAlive(task));
    for (const { task } of ended.slice(0, Math.max(0, ended.length - KEPT))) this.#entries.delete(task.id);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      throw new ApexError("not-found", `There is no task ${id}: it ended long ago, or in an earlier session.`);
    return entry;
  }
}

const blankKind = <K extends Exclude<Task["kind"], "run">>(kind: K): K => kind;

export const isAlive = ({ state }: Pick<Task, "state">): boolean => state === "queued" || state === "running";
