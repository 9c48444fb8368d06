/** The memory of a training's states: given back when the next one stands, unless someone still reads it. */
import type { Executor } from "../../engine/index.ts";
import type { Parameters } from "../predict.ts";
import type { State } from "./step.ts";

interface Held {
  readonly state: State;
  /** Parameters that are kept, of whichever state. */
  readonly best: Parameters | null;
}

export class PastStates {
  readonly #executor: Executor;
  /** What the training was given is not its own. */
  readonly #given: ReadonlySet<ArrayBufferLike>;
  #now: Held;
  readonly #read = new Set<Held>();

  constructor(executor: Executor, given: Held) {
    this.#executor = executor;
    this.#given = buffersOf([given]);
    this.#now = given;
  }

  /** The training stands here now. */
  goOn(to: Held): void {
    const past = this.#now;
    this.#now = to;
    this.#free(past);
  }

  /** Until then nothing that it holds is written over. */
  keep(one: Held, until: Promise<unknown>): void {
    this.#read.add(one);
    const end = () => {
      this.#read.delete(one);
      this.#free(one);
    };
    // Whoever works on it is told of its failure.
    until.then(end, end);
  }

  /** Whatever of it is not still somebody's. */
  #free({ state }: Held): void {
    const kept = buffersOf([this.#now, ...this.#read]);
    const { free } = this.#executor;
    free?.([...state.values()].filter(({ data: { buffer } }) => !kept.has(buffer) && !this.#given.has(buffer)));
  }
}

function buffersOf(all: readonly Held[]): Set<ArrayBufferLike> {
  const buffers = new Set<ArrayBufferLike>();
  for (const { state, best } of all)
    for (const tensors of [state, best ?? []]) for (const [, { data }] of tensors) buffers.add(data.buffer);
  return buffers;
}
