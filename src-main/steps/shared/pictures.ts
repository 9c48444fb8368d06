/**
 * Decoded pictures that a worker keeps from one job to the next: the folds of a run see the same samples. What no
 * longer fits is not kept, and is decoded again when it is wanted again.
 */
import type { Picture } from "../../learning/pictures.ts";

interface Kept {
  readonly picture: Picture;
  /** The last job that took it. */
  job: number;
}

export class PictureMemory {
  readonly #limit: number;
  /** The one that was wanted longest ago first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #job = 0;

  /** `limit`: bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** From now on, what only earlier jobs took may give way. */
  beginJob(): void {
    this.#job++;
  }

  get(key: string): Picture | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    if (found.job !== this.#job) {
      found.job = this.#job;
      this.#kept.delete(key);
      this.#kept.set(key, found);
    }
    return found.picture;
  }

  /**
   * Keeps a picture if there is room, or can be made by dropping those of earlier jobs. One that this job took is never
   * dropped for another of its own: in random order that would only change which is missing.
   */
  offer(key: string, picture: Picture): boolean {
    if (this.#kept.has(key)) return true;
    for (const [old, { picture: given, job }] of this.#kept) {
      if (this.#bytes + picture.byteLength <= this.#limit || job === this.#job) break;
      this.#kept.delete(old);
      this.#bytes -= given.byteLength;
    }
    if (this.#bytes + picture.byteLength > this.#limit) return false;
    this.#kept.set(key, { picture, job: this.#job });
    this.#bytes += picture.byteLength;
    return true;
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
