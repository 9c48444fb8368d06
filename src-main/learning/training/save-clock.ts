/**
 * When a checkpoint is worth its time: at the end of an epoch, unless making them would take more than half a hundredth of
 * the run; and inside a long epoch once a minute.
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

  /** `bytes`: how large the first one will be, whose time is not known yet. */
  due(at: "step" | "epoch", bytes: number): boolean {
    const since = this.#now() - this.#last;
    const cost = this.#cost ?? Math.floor(bytes / BYTES_A_MS);
    return since >= MINUTE || (at === "epoch" && since >= SHARE * cost);
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
/** A gigabyte a second. */
const BYTES_A_MS = 1e6;
