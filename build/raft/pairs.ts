/** The training's pairs, made in a thread of their own one batch ahead. Run as a worker, this file is that thread. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { raftBatch, type RaftBatch } from "../../src-main/learning/raft/batch.ts";
import { type Shelf, TrainingPairs } from "../../src-main/vision/flow/pairs/training.ts";

const SIZES = { painted: 288, heads: 64, people: 40 };

export interface PairsOptions {
  readonly seed: number;
  readonly drawnShare: number;
  /** Where dear things are kept. */
  readonly shelf: string;
  readonly batch: number;
  readonly side: number;
  /** Every n-th pair is not enlarged; 0: all are. */
  readonly plainEvery: number;
}

/** Keeps things as files, each whole or not there. */
export function folderShelf(folder: string): Shelf {
  mkdirSync(folder, { recursive: true });
  return {
    take: (name) => {
      const file = path.join(folder, name);
      return existsSync(file) ? readFileSync(file) : null;
    },
    put: (name, bytes) => {
      const file = path.join(folder, name);
      writeFileSync(`${file}.new`, bytes);
      renameSync(`${file}.new`, file);
    },
  };
}

export function trainingPairs({ seed, drawnShare, shelf }: PairsOptions): TrainingPairs {
  return new TrainingPairs({ seed, sizes: SIZES, drawnShare, shelf: folderShelf(shelf) });
}

export interface PairsThread extends Disposable {
  /** The batch of pairs `from`..; the one after it is begun at once. */
  readonly batch: (from: number) => Promise<RaftBatch>;
}

export function startPairs(options: PairsOptions): PairsThread {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  const waiting = new Map<number, PromiseWithResolvers<RaftBatch>>();
  worker.on("message", ({ from, made }: { from: number; made: RaftBatch }) => waiting.get(from)?.resolve(made));
  worker.on("error", (error) => waiting.forEach((each) => each.reject(error)));
  const ask = (from: number): Promise<RaftBatch> => {
    const asked = waiting.get(from);
    if (asked !== undefined) return asked.promise;
    const fresh = Promise.withResolvers<RaftBatch>();
    waiting.set(from, fresh);
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(from);
    return fresh.promise;
  };
  return {
    batch: async (from) => {
      const own = ask(from);
      for (const ahead of [1, 2]) void ask(from + ahead * options.batch);
      const made = await own;
      waiting.delete(from);
      return made;
    },
    [Symbol.dispose]: () => void worker.terminate(),
  };
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const options: PairsOptions = workerData;
  const pairs = trainingPairs(options);
  const { batch, side, plainEvery } = options;
  const factor = (n: number) => (plainEvery > 0 && n % plainEvery === plainEvery - 1 ? 1 : 2);
  port.on("message", async (from: number) => {
    const made = await raftBatch({ batch, side, factor, pair: (n, own) => pairs.pair(n, own) }, from);
    port.postMessage({ from, made }, [made.first.buffer, made.second.buffer, made.truth.buffer]);
  });
}
