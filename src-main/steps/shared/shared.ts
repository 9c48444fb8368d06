/**
 * What the jobs of one worker share when one follows the other, so that five folds do not decode every picture four
 * times, draw the same first weights and compile the same programs five times. Nothing here can change a result: what is
 * kept is what would be made again. A worker that waits for its next job forgets it.
 */
import type { Executor } from "../../engine/index.ts";
import type { Computing, ExecutorOf } from "../executor.ts";
import { DecodingThread } from "../decoding/thread.ts";
import { PictureMemory } from "./pictures.ts";
import { SessionMemory } from "./sessions.ts";
import { FirstWeights } from "./weights.ts";

/** 1 GiB: the flow of 1700 samples, or the pictures of 7000, at 224 x 224. */
const PICTURE_BYTES = 2 ** 30;
/** Those of some seeds of the largest network. */
const WEIGHT_BYTES = 2 ** 28;
/** Full batches, a remainder, and a scoring. */
const SESSIONS = 3;
/** After so long without a job. */
const FORGET_MS = 30_000;

export const shared = {
  decoding: new DecodingThread(),
  pictures: new PictureMemory(PICTURE_BYTES),
  sessions: new SessionMemory(SESSIONS),
  weights: new FirstWeights(WEIGHT_BYTES),
} as const;

let jobs = 0;
let forgetting: NodeJS.Timeout | undefined;

/** Around a job: dispose it with `using`. */
export function sharing(): Disposable {
  jobs++;
  clearTimeout(forgetting);
  shared.pictures.beginJob();
  // It starts while the job draws weights and compiles.
  shared.decoding.begin();
  return {
    [Symbol.dispose]: () => {
      if (--jobs > 0) return;
      // A process that has nothing else to do may end before.
      forgetting = setTimeout(forget, FORGET_MS).unref();
    },
  };
}

/**
 * What computes as a job's configuration says, on the CPU with the programs that earlier jobs compiled for it; a GPU's
 * memory is not held between jobs.
 */
export function sharedExecutor({ device, runtime, threads, block }: Computing, executorOf: ExecutorOf): Executor {
  const executor = executorOf({ device, runtime, threads, block });
  if (device !== "cpu") return executor;
  return shared.sessions.executor(JSON.stringify([runtime, threads, block]), executor);
}

function forget(): void {
  void shared.sessions.clear();
  shared.decoding.end();
  shared.pictures.clear();
  shared.weights.clear();
}
