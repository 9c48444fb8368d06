/**
 * When a checkpoint is worth its time: at the end of the first epoch; at the end of a later one, once twenty times as
 * long has gone by as the last save took; and inside a long epoch once a minute. The first save of a large
 * one waits likewise, for what it is expected to take: a short training would save, and soon remove, it for nothing.
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

  /** `bytes`: how large a checkpoint is. */
  due(at: "step" | "epoch", bytes: () => number): boolean {
    const since = this.#now() - this.#last;
    return since >= MINUTE || (at === "epoch" && since >= SHARE * (this.#cost ?? expected(bytes())));
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
/** Bytes. */
const LARGE = 20e6;
/** Of a disk that is not known yet. */
const BYTES_A_MS = 200_000;

const expected = (bytes: number): number => (bytes < LARGE ? 0 : bytes / BYTES_A_MS);
