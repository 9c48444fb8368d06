/** One worker process as the host sees it. */
import { type ChildProcess, fork } from "node:child_process";
import { ApexError } from "../contract/errors.ts";
import { uncarry } from "../contract/fault.ts";
import { ALLOCATION } from "./allocation.ts";
import type { JobSpec } from "./key.ts";
import { lastWords, TAIL_CHARACTERS } from "./last-words.ts";
import { type FromWorker, type ToWorker, fromWorker } from "./messages.ts";
import type { OnStepProgress } from "./run-job.ts";

export interface WorkerOptions {
  readonly workspaceFolder: string;
  readonly workerFile: string;
  readonly execArgv: readonly string[];
  readonly graceMs: number;
}

interface Running {
  readonly onProgress: OnStepProgress;
  readonly resolve: (done: { folder: string; cached: boolean }) => void;
  readonly reject: (error: unknown) => void;
}

export class WorkerProcess implements AsyncDisposable {
  readonly #options: WorkerOptions;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #running: Running | undefined;
  #tail = "";

  constructor(options: WorkerOptions) {
    this.#options = options;
    // Its output is no output of ours: stdout belongs to the documents that commands print.
    this.#child = fork(options.workerFile, [], {
      execArgv: [...options.execArgv],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // What a person sets goes first.
      env: { ...ALLOCATION, ...process.env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS);
      });
    this.#child.on("message", (raw) => this.#hear(fromWorker.parse(raw)));
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.#end(this.#death(code, signal));
        resolve();
      });
      this.#child.once("error", (error) => {
        this.#end(
          new ApexError("worker-died", `A worker process could not be started: ${error.message}`, { cause: error }),
        );
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Runs one job; one at a time. After the signal the worker has the grace time to let go, then it is killed. */
  async run(
    spec: JobSpec,
    options: { signal: AbortSignal; onProgress: OnStepProgress },
  ): Promise<{ folder: string; cached: boolean }> {
    let killer: NodeJS.Timeout | undefined;
    const cancel = () => {
      this.#tell({ type: "cancel" });
      killer = setTimeout(() => this.#child.kill("SIGKILL"), this.#options.graceMs);
    };
    try {
      return await new Promise((resolve, reject) => {
        this.#running = { onProgress: options.onProgress, resolve, reject };
        this.#tell({ type: "run", workspaceFolder: this.#options.workspaceFolder, spec });
        options.signal.addEventListener("abort", cancel, { once: true });
        if (options.signal.aborted) cancel();
      });
    } catch (error) {
      throw options.signal.aborted ? new ApexError("cancelled", "Cancelled.", { cause: error }) : error;
    } finally {
      this.#running = undefined;
      options.signal.removeEventListener("abort", cancel);
      clearTimeout(killer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.alive) this.#child.disconnect();
    const killer = setTimeout(() => this.#child.kill("SIGKILL"), this.#options.graceMs);
    await this.#exited;
    clearTimeout(killer);
  }

  #tell(message: ToWorker): void {
    // A worker that died meanwhile is told of by its exit event, which ends the job.
    if (this.alive) this.#child.send(message, () => {});
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "progress":
        this.#running?.onProgress(message);
        return;
      case "done":
        this.#running?.resolve(message);
        return;
      case "failed":
        this.#end(uncarry(message.error));
        return;
      default:
        message satisfies never;
    }
  }

  #end(error: ApexError): void {
    this.#running?.reject(error);
  }

  #death(code: number | null, signal: NodeJS.Signals | null): ApexError {
    const how = signal === null ? `ended with code ${code ?? "unknown"}` : `was ended by ${signal}`;
    const hint = signal === "SIGKILL" ? " (often: too little memory)" : "";
    const last = lastWords(this.#tail);
    return new ApexError(
      "worker-died",
      `A worker process ${how}${hint}${last === "" ? "" : `; its last words: "${last}"`}. What it had finished is kept: start again to go on.`,
    );
  }
}
