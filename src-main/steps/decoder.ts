/** Decodes the pictures of a job beside its steps, a bounded way ahead, in the order in which they will be wanted. */
import { ApexError } from "../contract/errors.ts";
import type { Picture, Pictures } from "../learning/pictures.ts";
import type { PictureMemory } from "./shared/pictures.ts";

/** Where a picture comes from. */
export interface Origin {
  /** Equal keys are equal pictures, in every job. */
  readonly key: string;
  /** Throws ApexError, naming the file. */
  readonly decode: () => Promise<Picture>;
}

export interface DecoderOptions {
  /** Of each row. */
  readonly origins: readonly Origin[];
  /** Bytes of one picture. */
  readonly bytes: number;
  /** Pictures that are read and decoded at the same time. */
  readonly atOnce: number;
  readonly memory: PictureMemory;
  readonly signal: AbortSignal;
}

/** Bytes of pictures that are decoded, not kept, and not yet taken. */
const AHEAD = 2 ** 26;

/** Dispose it with `await using`: what is under way ends first. */
export class Decoder implements Pictures, AsyncDisposable {
  readonly #options: DecoderOptions;
  /** What is being decoded, and what is decoded and waits to be taken since the memory has no room. */
  readonly #pending = new Map<number, Promise<Picture>>();
  #running = 0;
  #waiting = 0;
  #expected: readonly number[] = [];
  /** How many of those were begun, or passed over. */
  #next = 0;
  #ended = false;

  constructor(options: DecoderOptions) {
    this.#options = options;
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#pending.values());
  }

  async #missing(row: number): Promise<Picture> {
    const picture = await (this.#pending.get(row) ?? this.#begin(row));
    if (this.#pending.delete(row)) this.#waiting--;
    this.#goOn();
    return picture;
  }

  /** Begins what is expected, as far as there is room. */
  #goOn(): void {
    const { origins, bytes, atOnce, memory, signal } = this.#options;
    for (; this.#next < this.#expected.length; this.#next++) {
      const row = this.#expected[this.#next];
      if (this.#pending.has(row) || memory.get(origins[row].key) !== undefined) continue;
      if (this.#ended || signal.aborted || this.#running >= atOnce) return;
      if ((this.#waiting + this.#running) * bytes >= AHEAD) return;
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
    const { origins, memory, signal } = this.#options;
    const { key, decode } = origins[row];
    try {
      if (signal.aborted) throw new ApexError("cancelled", "The run was cancelled.");
      const picture = await decode();
      if (memory.offer(key, picture)) this.#pending.delete(row);
      else this.#waiting++;
      return picture;
    } finally {
      this.#running--;
      this.#goOn();
    }
  }
}
