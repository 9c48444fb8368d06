/** A pool of worker processes and the order in which jobs go through it. */
import { availableParallelism } from "node:os";
import { ApexError } from "../contract/errors.ts";
import { isFinished, resultFolder, sweepCache } from "./folder.ts";
import { type JobSpec, jobKey } from "./key.ts";
import { ProgressTracker } from "./tracker.ts";
import type { JobResult, Pool, PoolJob, PoolOptions, RunJobsOptions } from "./types.ts";
import { WorkerProcess } from "./worker-process.ts";

const GRACE_MS = 5000;
const IDLE_MS = 60_000;
/**
 * Young objects have 16 MiB from the start: V8 would begin with one, and look through it at every other step of a
 * training, just when onnxruntime's threads have emptied the caches.
 */
const FLAGS = ["--enable-source-maps", "--min-semi-space-size=16"];

/**
 * Workers start with their first job and are kept for the next; disposing ends them. Sweeps the cache of half results
 * first.
 */
export function createPool(options: PoolOptions): Pool {
  sweepCache(options.workspaceFolder);
  const workers = new Workers(options);
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (jobs, runOptions = {}) => {
      const results = last.then(() => new Batch({ jobs, pool: options, options: runOptions, workers }).run());
      last = results.catch(() => {}); // told to whoever asked for it; the next call only waits
      return results;
    },
    [Symbol.asyncDispose]: () => workers.dispose(),
  };
}

class Workers {
  readonly #options: PoolOptions;
  readonly #all = new Set<WorkerProcess>();
  readonly #ending = new Set<Promise<void>>();
  readonly #idle: WorkerProcess[] = [];
  readonly #timers = new Map<WorkerProcess, NodeJS.Timeout>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  take(): WorkerProcess {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      clearTimeout(this.#timers.get(worker));
      if (worker.alive) return worker;
      this.#all.delete(worker);
    }
    const { workspaceFolder, workerFile, execArgv = FLAGS, graceMs = GRACE_MS } = this.#options;
    const fresh = new WorkerProcess({ workspaceFolder, workerFile, execArgv, graceMs });
    this.#all.add(fresh);
    return fresh;
  }

  giveBack(worker: WorkerProcess): void {
    this.#idle.push(worker);
    this.#timers.set(worker, setTimeout(() => this.#retire(worker), this.#options.idleMs ?? IDLE_MS).unref());
  }

  /** Its memory is given back with the process. */
  #retire(worker: WorkerProcess): void {
    this.#idle.splice(this.#idle.indexOf(worker), 1);
    this.#all.delete(worker);
    this.#timers.delete(worker);
    this.#ending.add(worker[Symbol.asyncDispose]());
  }

  async dispose(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all([...this.#ending, ...[...this.#all].map((worker) => worker[Symbol.asyncDispose]())]);
  }
}

interface Task {
  readonly job: PoolJob;
  readonly key: string;
  /** Keys of the batch's own jobs that this one needs. */
  readonly needs: readonly string[];
}

class Batch {
  readonly #order: readonly string[];
  readonly #tasks = new Map<string, Task>();
  readonly #waiting = new Set<Task>();
  readonly #running = new Set<Task>();
  readonly #results = new Map<string, JobResult>();
  readonly #stop = new AbortController();
  readonly #tracker: ProgressTracker;
  readonly #pool: PoolOptions;
  readonly #options: RunJobsOptions;
  readonly #workers: Workers;
  #failure: ApexError | undefined;
  #settle: () => void = () => {};

  constructor(given: { jobs: readonly PoolJob[]; pool: PoolOptions; options: RunJobsOptions; workers: Workers }) {
    this.#pool = given.pool;
    this.#options = given.options;
    this.#workers = given.workers;
    this.#tracker = new ProgressTracker(given.options.onProgress ?? (() => {}));
    this.#order = given.jobs.map((job) => jobKey(job.spec));
    const asked = new Set(this.#order);
    for (const [index, job] of given.jobs.entries()) {
      const key = this.#order[index];
      if (!this.#tasks.has(key)) this.#tasks.set(key, { job, key, needs: this.#needsOf(job.spec, asked) });
    }
  }

  async run(): Promise<JobResult[]> {
    for (const task of this.#tasks.values()) {
      const stands = isFinished(this.#pool.workspaceFolder, this.#address(task));
      this.#tracker.expect(task.job.what, task.key, stands ? 1 : 0);
      if (!stands) this.#waiting.add(task);
    }
    for (const task of this.#tasks.values())
      if (!this.#waiting.has(task)) this.#finish(task, { folder: this.#folder(task), cached: true });
    const cancel = () => this.#cancel();
    this.#options.signal?.addEventListener("abort", cancel, { once: true });
    try {
      if (this.#options.signal?.aborted === true) this.#cancel();
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        this.#pump();
      });
    } finally {
      this.#options.signal?.removeEventListener("abort", cancel);
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#order.map((key) => this.#resultOf(key));
  }

  #cancel(): void {
    const reason: unknown = this.#options.signal?.reason;
    const known = reason instanceof ApexError ? reason : undefined;
    this.#giveUp(
      known ?? new ApexError("cancelled", "Cancelled: what is finished stays, the same command goes on from there."),
    );
  }

  #giveUp(error: ApexError): void {
    this.#failure ??= error;
    this.#waiting.clear();
    this.#stop.abort();
    this.#pump();
  }

  /** Starts what can start, in the order asked; a job that wants every slot is waited for, never overtaken. */
  #pump(): void {
    let failed = false;
    for (const task of this.#waiting) {
      const broken = this.#brokenNeed(task);
      if (broken !== undefined) {
        this.#fail(
          task,
          new ApexError(broken.error.code, `Not done, since a job before it failed: ${broken.error.message}`, {
            cause: broken.error,
          }),
        );
        failed = true;
        continue;
      }
      if (!task.needs.every((key) => this.#results.has(key))) continue;
      if (!this.#hasRoomFor(task)) break;
      this.#waiting.delete(task);
      this.#running.add(task);
      void this.#work(task);
    }
    if (failed) this.#pump(); // what was listed before a job that just failed may need it
    else if (this.#running.size === 0) this.#settle();
  }

  #hasRoomFor(task: Task): boolean {
    if (this.#running.size === 0) return true;
    const alone = [...this.#running].some(({ job }) => job.slots === "all");
    const slots = this.#pool.workers ?? availableParallelism();
    return !alone && task.job.slots !== "all" && this.#running.size < slots;
  }

  async #work(task: Task): Promise<void> {
    const worker = this.#workers.take();
    const { what, spec } = task.job;
    this.#tracker.started(what);
    try {
      const done = await worker.run(spec, {
        signal: this.#stop.signal,
        onProgress: (progress) => this.#tracker.moved(what, task.key, progress),
      });
      this.#finish(task, done);
    } catch (error) {
      this.#fail(
        task,
        error instanceof ApexError
          ? error
          : new ApexError("internal", `"${what}" failed: ${String(error)}`, { cause: error }),
      );
    } finally {
      this.#workers.giveBack(worker);
      this.#running.delete(task);
      this.#pump();
    }
  }

  #finish(task: Task, { folder, cached }: { folder: string; cached: boolean }): void {
    this.#tracker.finished(task.job.what, task.key);
    this.#record({ state: "finished", key: task.key, step: task.job.spec.step, folder, cached });
  }

  #fail(task: Task, error: ApexError): void {
    this.#waiting.delete(task);
    this.#record({ state: "failed", key: task.key, step: task.job.spec.step, error });
    if (this.#options.onFailure !== "continue") this.#giveUp(error);
  }

  #record(result: JobResult): void {
    this.#results.set(result.key, result);
    this.#options.onResult?.(result);
  }

  #brokenNeed(task: Task): Extract<JobResult, { state: "failed" }> | undefined {
    for (const key of task.needs) {
      const result = this.#results.get(key);
      if (result?.state === "failed") return result;
    }
    return undefined;
  }

  #needsOf(spec: JobSpec, asked: ReadonlySet<string>): string[] {
    return Object.values(spec.inputs).flatMap((input) =>
      input.kind === "job" && asked.has(input.key) ? [input.key] : [],
    );
  }

  #address({ job, key }: Task): { place: "cache" | "runs"; step: string; key: string } {
    const step = this.#pool.steps[job.spec.step];
    if (step === undefined) throw new ApexError("internal", `No step is named "${job.spec.step}".`);
    return { place: step.place, step: step.name, key };
  }

  #folder(task: Task): string {
    return resultFolder(this.#pool.workspaceFolder, this.#address(task));
  }

  #resultOf(key: string): JobResult {
    const result = this.#results.get(key);
    if (result === undefined) throw new ApexError("internal", `The job ${key} was never run.`);
    return result;
  }
}
