/**
 * Work that goes on beside the caller's, one piece at a time: the disk takes a checkpoint while the next steps are
 * computed. Dispose it with `await using`: it waits for the last piece, and throws what that threw.
 */
export class Background implements AsyncDisposable {
  #running: Promise<void> = Promise.resolve();
  #busy = false;

  /** Whether a piece is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Waits for the piece before, throwing what it threw, and begins this one. */
  async add(work: () => void | Promise<void>): Promise<void> {
    await this.#wait();
    this.#busy = true;
    this.#running = Promise.resolve(work()).finally(() => (this.#busy = false));
    // Whoever waits next is told; until then it is no unhandled rejection.
    this.#running.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wait();
  }

  /** A failure is told once. */
  async #wait(): Promise<void> {
    const running = this.#running;
    this.#running = Promise.resolve();
    await running;
  }
}
