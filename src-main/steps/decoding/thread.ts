/**
 * Decodes on a thread of its own. onnxruntime's steps block JavaScript, so what is decoded beside them must not need the
 * thread that they run on.
 */
import { Worker } from "node:worker_threads";
import { ApexError } from "../../contract/errors.ts";
import { uncarry } from "../../contract/fault.ts";
import { writer } from "../../learning/normaliser.ts";
import type { Normaliser, Picture } from "../../learning/pictures.ts";
import { entryFile } from "../entry-file.ts";
import { bytesOf, pictureIn, type Seen } from "./decode.ts";
import { fromThread, type ToThread, type Wanted } from "./messages.ts";

export interface Decoding {
  /** Throws ApexError `file-missing` and `file-unreadable`, naming the file; `cancelled` as soon as the signal says so. */
  readonly decode: (wanted: Wanted, stop: AbortSignal) => Promise<Picture>;
  /** Writes decoded pictures as `writer` does (normaliser.ts), there if nothing is decoded, else here. Throws ApexError `cancelled` as soon as the signal says so. */
  readonly write: (batch: Batch, stop: AbortSignal) => Promise<void>;
}

export interface Batch {
  /** As they were decoded here. */
  readonly pictures: readonly Picture[];
  readonly how: Seen;
  readonly normaliser: Normaliser;
  readonly out: Float32Array<SharedArrayBuffer>;
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: ApexError) => void;
}

/** One thread, begun before something is wanted or when it is, and again after `end`. */
export class DecodingThread implements Decoding {
  #thread: Worker | null = null;
  readonly #pending = new Map<number, Pending>();
  #ids = 0;

  async decode(wanted: Wanted, stop: AbortSignal): Promise<Picture> {
    // Ours, to be filled there, and not to be copied on its way: the steps read it faster than memory of another thread,
    // since only the main thread's has large pages (jobs/allocation.ts).
    const into = new SharedArrayBuffer(bytesOf(wanted.how));
    await this.#ask((id) => ({ ...wanted, id, into }), stop);
    return pictureIn(into, wanted.how);
  }

  async write({ pictures, how, normaliser, out }: Batch, stop: AbortSignal): Promise<void> {
    // A thread that decodes would be waited for.
    if (this.#pending.size > 0) return writer(normaliser)(pictures, out);
    const shared = pictures.map(({ buffer }) => {
      if (buffer instanceof SharedArrayBuffer) return buffer;
      throw new ApexError("internal", "A batch holds a picture that the decoding thread does not share.");
    });
    await this.#ask((id) => ({ id, pictures: shared, how, normaliser, into: out.buffer }), stop);
  }

  async #ask(message: (id: number) => ToThread, stop: AbortSignal): Promise<void> {
    if (stop.aborted) throw cancelled();
    const thread = this.#running();
    const id = this.#ids++;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const drop = (): void => {
      tell(thread, { drop: id });
      reject(cancelled());
    };
    this.#pending.set(id, { resolve, reject });
    stop.addEventListener("abort", drop, { once: true });
    // While somebody waits, the process does.
    thread.ref();
    tell(thread, message(id));
    try {
      await promise;
    } finally {
      stop.removeEventListener("abort", drop);
      this.#pending.delete(id);
      if (this.#pending.size === 0) thread.unref();
    }
  }

  /** Ends the thread; what somebody still waits for fails. */
  end(): void {
    void this.#thread?.terminate();
    this.#over("was ended");
  }

  /** Begins the thread, if none runs, before anything is wanted. */
  begin(): void {
    this.#running();
  }

  #running(): Worker {
    return (this.#thread ??= this.#begun());
  }

  #begun(): Worker {
    // Its own options, not the process's: a test runner's are not for it.
    const thread = new Worker(entryFile("worker"), { argv: ["decode"], execArgv: ["--enable-source-maps"] });
    thread.on("message", (raw) => {
      const { id, error } = fromThread.parse(raw);
      const pending = this.#pending.get(id);
      if (error === null) pending?.resolve();
      else pending?.reject(uncarry(error));
    });
    const over = (why: string): void => {
      if (this.#thread === thread) this.#over(why);
    };
    thread.on("error", (error) => over(`failed (${String(error)})`));
    thread.on("exit", () => over("ended unexpectedly"));
    thread.unref();
    return thread;
  }

  #over(why: string): void {
    this.#thread = null;
    for (const { reject } of this.#pending.values())
      reject(new ApexError("worker-died", `The thread that decodes pictures ${why}: start the run again to go on.`));
  }
}

function tell(thread: Worker, message: ToThread): void {
  thread.postMessage(message, []);
}

const cancelled = (): ApexError => new ApexError("cancelled", "The run was cancelled.");
