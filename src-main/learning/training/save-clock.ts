/**
 * When a checkpoint is worth its time: at the end of the first epoch; at the end of a later one, once twenty times as
 * long has gone by as the last save took; and inside a long epoch once a minute.
 */
export class SaveClock {
  readonly #now: () => number;
  #last: number;
  #cost: number | null = null;

  /** `now`: milliseconds of a steady clock. */
  constructor(now: () => number) {
    this.#now = now;
    this.#last = now();
  }

  due(at: "step" | "epoch"): boolean {
    const since = this.#now() - this.#last;
    return since >= MINUTE || (at === "epoch" && (this.#cost === null || since >= SHARE * this.#cost));
  }

  /** Saves, and remembers how long it took. Most of it goes on beside the steps, which it slows down a little. */
  async time(save: () => Promise<void>): Promise<void> {
    const start = this.#now();
    await save();
    this.#last = this.#now();
    this.#cost = this.#last - start;
  }
}

const MINUTE = 60_000;
const SHARE = 20;
