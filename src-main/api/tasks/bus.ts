/** Events of the host, kept for a while, so that a window that lost its stream goes on where it was. */
import { randomUUID } from "node:crypto";
import type { HostEvent } from "../../contract/api/tasks.ts";

export interface Numbered {
  readonly id: string;
  readonly event: HostEvent;
}

/** More than a window misses in a minute; whoever missed more starts again with everything. */
const KEPT = 2000;

export class Bus {
  /** Numbers of one life of the host: those of an earlier one mean nothing. */
  readonly #life = randomUUID().slice(0, 8);
  readonly #events: Numbered[] = [];
  readonly #listeners = new Set<() => void>();
  #next = 1;

  publish(event: HostEvent): void {
    this.#events.push({ id: `${this.#life}-${this.#next++}`, event });
    if (this.#events.length > KEPT) this.#events.splice(0, this.#events.length - KEPT);
    for (const listener of this.#listeners) listener();
  }

  /** The id of the latest event. */
  get last(): string {
    return `${this.#life}-${this.#next - 1}`;
  }

  /** What came after the event of this id; null where that is no longer known. */
  since(id: string): readonly Numbered[] | null {
    const [life, text] = id.split("-");
    const number = Number(text);
    const oldest = this.#next - this.#events.length;
    if (life !== this.#life || !Number.isInteger(number) || number < oldest - 1 || number >= this.#next) return null;
    return this.#events.slice(number - oldest + 1);
  }

  /** Calls `listener` after each event, until disposed. */
  listen(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** How many streams are open. */
  get listeners(): number {
    return this.#listeners.size;
  }
}
