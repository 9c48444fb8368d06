/** How long trainings take, for guessing what the next run costs: only those that are made from start to end in one go. */
import type { JobResult } from "../../jobs/types.ts";

export class TrainingClock {
  readonly #fresh: ReadonlySet<string>;
  readonly #now: () => number;
  readonly #took = new Map<string, number>();
  /** When the latest job ended; a training runs alone, so it began then. */
  #last: number;

  /** `fresh`: keys of trainings that begin at their first epoch. `now`: milliseconds of a steady clock. */
  constructor(fresh: ReadonlySet<string>, now: () => number) {
    this.#fresh = fresh;
    this.#now = now;
    this.#last = now();
  }

  /** Told of every job as it ends, in the order of ending. */
  ended({ key, state }: Pick<JobResult, "key" | "state">): void {
    const now = this.#now();
    if (this.#fresh.has(key) && state === "finished") this.#took.set(key, now - this.#last);
    this.#last = now;
  }

  /** Milliseconds by key. */
  get took(): ReadonlyMap<string, number> {
    return this.#took;
  }
}
