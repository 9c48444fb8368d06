/** The streams that a window reads: everything that happens in the host, and the runs that it watches, in one. */
import { type TrackedEnvelope, tracked } from "@trpc/server";
import type { HostEvent } from "../../contract/api/tasks.ts";
import type { LiveEvent } from "../../contract/api/runs.ts";
import type { House } from "../house.ts";
import { LiveRun } from "../runs/live.ts";

/** How often the files of a watched run are looked at; epochs come from workers, and from other machines. */
const LOOK_MS = 500;

export interface Following {
  /** Run ids. */
  readonly live: readonly string[];
  readonly lastEventId?: string | null;
}

/** Ends with the signal. An event's id says everything that was told before it. */
export async function* followHost(
  house: House,
  { live, lastEventId }: Following,
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<HostEvent>, void> {
  const [busId = "", ...positions] = lastEventId?.split("|") ?? [];
  const told = new Map(positions.map((text) => [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)]));
  const runs = [...new Set(live)].map((run) => new LiveRun(run, told.get(run) ?? null));
  const id = (bus: string) => [bus, ...runs.map(({ run, position }) => `${run}:${position}`)].join("|");
  using bell = new Bell(signal);
  using _listening = house.bus.listen(() => bell.ring());
  let last = busId;
  while (!signal.aborted) {
    const missed = house.bus.since(last);
    if (missed === null) {
      last = house.bus.last;
      yield tracked<HostEvent>(id(last), { kind: "tasks", tasks: house.tasks.list() });
    } else {
      for (const { id: at, event } of missed) {
        last = at;
        yield tracked<HostEvent>(id(at), event);
      }
    }
    for (const run of runs)
      for await (const event of run.news(house.context()))
        yield tracked<HostEvent>(id(last), { kind: "live", run: run.run, event });
    await bell.heard(runs.some(({ ended }) => !ended) ? LOOK_MS : null);
  }
}

/** One run alone; ends when the run has ended and everything of it was told. */
export async function* followRun(
  house: House,
  { run, lastEventId }: { run: string; lastEventId?: string | null },
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<LiveEvent>, void> {
  const watched = new LiveRun(run, lastEventId ?? null);
  using bell = new Bell(signal);
  using _listening = house.bus.listen(() => bell.ring());
  while (!signal.aborted) {
    for await (const event of watched.news(house.context())) yield tracked(watched.position, event);
    if (watched.ended) return;
    await bell.heard(LOOK_MS);
  }
}

/** Wakes a generator that waits: something happened, time went by, or nobody listens any more. */
class Bell implements Disposable {
  readonly #signal: AbortSignal;
  readonly #ring = () => this.ring();
  #rung = false;
  #wake: () => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#ring);
  }

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Waits for a ring since the last wait, for `limitMs` at most where it is not null. */
  async heard(limitMs: number | null): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#rung && !this.#signal.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (limitMs !== null) timer = setTimeout(resolve, limitMs);
      });
    clearTimeout(timer);
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#ring);
  }
}
