/** Encoded pictures of the last while, bounded in bytes, and few encodings at a time. */
import type { Encoded } from "./encode.ts";

const MOST_BYTES = 64 * 1024 * 1024;
/** The system's threads for files and pictures are four; one is left to everything else. */
const AT_A_TIME = 3;

export class PictureMemory {
  /** In the order of their last use. */
  readonly #kept = new Map<string, Encoded>();
  readonly #making = new Map<string, Promise<Encoded>>();
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;
  #running = 0;

  /** The picture of this tag: the kept one, or a new one; asked for twice at once, it is made once. */
  get(tag: string, make: () => Promise<Encoded>): Promise<Encoded> {
    const kept = this.#kept.get(tag);
    if (kept !== undefined) {
      this.#kept.delete(tag);
      this.#kept.set(tag, kept);
      return Promise.resolve(kept);
    }
    const making = this.#making.get(tag) ?? this.#make(tag, make).finally(() => this.#making.delete(tag));
    this.#making.set(tag, making);
    return making;
  }

  async #make(tag: string, make: () => Promise<Encoded>): Promise<Encoded> {
    if (this.#running >= AT_A_TIME) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      const made = await make();
      this.#keep(tag, made);
      return made;
    } finally {
      this.#running--;
      // The latest wish first: where somebody scrolls fast, the earlier ones are out of sight.
      this.#waiting.pop()?.();
    }
  }

  #keep(tag: string, made: Encoded): void {
    this.#kept.set(tag, made);
    this.#bytes += made.bytes.length;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }
}
