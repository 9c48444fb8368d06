/**
 * When a checkpoint is worth its time: at the end of the first epoch; at the end of a later one, unless making them would
 * take more than half a hundredth of the run; and inside a long epoch once a minute.
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

  /** Begins a save and remembers what it cost until it went on in the background. */
  begin(save: () => void | Promise<void>): void | Promise<void> {
    const start = this.#now();
    const saving = save();
    this.#last = this.#now();
    this.#cost = this.#last - start;
    return saving;
  }
}

const MINUTE = 60_000;
const SHARE = 200;
