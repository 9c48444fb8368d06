/** Has the pictures of a job decoded beside its steps, a bounded way ahead, in the order in which they will be wanted. */
import type { Picture, Pictures } from "../../learning/pictures.ts";
import type { PictureMemory } from "../shared/pictures.ts";

/** Where a picture comes from. */
export interface Origin {
  /** Equal keys are equal pictures, in every job. */
  readonly key: string;
  /** Throws ApexError, naming the file; after the signal `cancelled`. */
  readonly decode: (stop: AbortSignal) => Promise<Picture>;
}

export interface DecoderOptions {
  /** Of each row. */
  readonly origins: readonly Origin[];
  /** Bytes of one picture. */
  readonly bytes: number;
  readonly memory: PictureMemory;
  readonly signal: AbortSignal;
}

/**
 * Bytes of pictures that are asked for, or decoded, not kept, and not yet taken: more than some batches of any size,
 * since the thread of the steps asks for more only between two of them.
 */
const AHEAD = 2 ** 26;

/** Dispose it with `using`: what is under way is given up. */
export class Decoder implements Pictures, Disposable {
  readonly #options: DecoderOptions;
  readonly #end = new AbortController();
  readonly #stop: AbortSignal;
  /** What is being decoded, and what is decoded and waits to be taken since the memory has no room. */
  readonly #pending = new Map<number, Promise<Picture>>();
  #running = 0;
  #waiting = 0;
  #expected: readonly number[] = [];
  /** How many of those were begun, or passed over. */
  #next = 0;

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#stop = AbortSignal.any([options.signal, this.#end.signal]);
  }

  readonly expect = (rows: readonly number[]): void => {
    this.#expected = rows;
    this.#next = 0;
    this.#goOn();
  };

  readonly take = async (rows: readonly number[]): Promise<readonly Picture[]> => {
    const { origins, memory } = this.#options;
    const taken: Picture[] = [];
    for (const row of rows) taken.push(memory.get(origins[row].key) ?? (await this.#missing(row)));
    return taken;
  };

  [Symbol.dispose](): void {
    this.#end.abort();
  }

  async #missing(row: number): Promise<Picture> {
    const picture = await (this.#pending.get(row) ?? this.#begin(row));
    if (this.#pending.delete(row)) this.#waiting--;
    this.#goOn();
    return picture;
  }

  /** Begins what is expected, as far as there is room. */
  #goOn(): void {
    const { origins, bytes, memory } = this.#options;
    for (; this.#next < this.#expected.length; this.#next++) {
      const row = this.#expected[this.#next];
      if (this.#pending.has(row) || memory.get(origins[row].key) !== undefined) continue;
      if (this.#stop.aborted || (this.#waiting + this.#running) * bytes >= AHEAD) return;
      void this.#begin(row);
    }
  }

  #begin(row: number): Promise<Picture> {
    this.#running++;
    const decoding = this.#decode(row);
    this.#pending.set(row, decoding);
    // Whoever takes it is told; until then a fault is no unhandled rejection.
    decoding.catch(() => {});
    return decoding;
  }

  async #decode(row: number): Promise<Picture> {
    const { origins, memory } = this.#options;
    const { key, decode } = origins[row];
    try {
      const picture = await decode(this.#stop);
      if (memory.offer(key, picture)) this.#pending.delete(row);
      else this.#waiting++;
      return picture;
    } finally {
      this.#running--;
      this.#goOn();
    }
  }
}
