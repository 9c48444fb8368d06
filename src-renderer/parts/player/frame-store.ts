/**
 * Decoded frames around the position, bounded in memory: what was loaded is drawn at once, so that stepping never
 * blinks. Frames are fetched as they are, pixel for pixel.
 */
import { type Loaded, loadPicture } from "../load-picture.ts";

/** Decoded pixels, four bytes each. */
const MOST_BYTES = 96 * 1024 * 1024;
/** Browsers open six connections to a host; one is the stream of events, one is left to calls. */
const AT_A_TIME = 4;
const FIRST_GUESS = 24;

export class FrameStore implements Disposable {
  readonly #addressOf: (frame: number) => string;
  readonly #loaded = new Map<number, Loaded>();
  readonly #loading = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly number[] = [];
  #frameBytes = 0;
  #version = 0;

  constructor(addressOf: (frame: number) => string) {
    this.#addressOf = addressOf;
  }

  /** How many frames fit, as far as their size is known. */
  get most(): number {
    return this.#frameBytes === 0 ? FIRST_GUESS : Math.max(4, Math.floor(MOST_BYTES / this.#frameBytes));
  }

  get(frame: number): Loaded | undefined {
    return this.#loaded.get(frame);
  }

  /** The most urgent first, at most `most`. What is not among them is forgotten. */
  want(frames: readonly number[]): void {
    this.#wanted = frames;
    const wanted = new Set(frames);
    for (const [frame, loading] of this.#loading) if (!wanted.has(frame)) loading.abort();
    for (const [frame, loaded] of this.#loaded) {
      if (wanted.has(frame)) continue;
      this.#loaded.delete(frame);
      if (loaded.ok) loaded.picture.close();
    }
    this.#next();
  }

  /** Asks again for a frame that could not be had. */
  retry(frame: number): void {
    if (this.#loaded.get(frame)?.ok !== false) return;
    this.#loaded.delete(frame);
    this.#changed();
    this.#next();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Grows whenever a frame came or failed. */
  readonly version = (): number => this.#version;

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.want([]);
  }

  #next(): void {
    for (const frame of this.#wanted) {
      if (this.#loading.size >= AT_A_TIME) return;
      if (!this.#loaded.has(frame) && !this.#loading.has(frame)) void this.#load(frame);
    }
  }

  async #load(frame: number): Promise<void> {
    const stop = new AbortController();
    this.#loading.set(frame, stop);
    const loaded = await loadPicture(this.#addressOf(frame), stop.signal);
    if (this.#loading.get(frame) === stop) this.#loading.delete(frame);
    if (loaded.ok && stop.signal.aborted) loaded.picture.close();
    if (!stop.signal.aborted) {
      if (loaded.ok) this.#frameBytes = Math.max(this.#frameBytes, loaded.picture.width * loaded.picture.height * 4);
      this.#loaded.set(frame, loaded);
      this.#changed();
    }
    this.#next();
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
