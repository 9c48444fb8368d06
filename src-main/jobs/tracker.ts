/** Progress of many jobs as one line for each kind of work, with an estimate of the time left. */
import type { OnProgress } from "../contract/progress.ts";

interface Group {
  readonly fractions: Map<string, number>;
  /** What each job's fraction was when it was first heard of: a resumed job did not do that part now. */
  readonly starts: Map<string, number>;
  began: number | null;
}

export class ProgressTracker {
  readonly #groups = new Map<string, Group>();
  readonly #emit: OnProgress;
  readonly #now: () => number;

  /** `now` in milliseconds. */
  constructor(emit: OnProgress, now: () => number = () => performance.now()) {
    this.#emit = emit;
    this.#now = now;
  }

  /** A job that will be done; `fraction` 1 when its result stands already. */
  expect(what: string, key: string, fraction: 0 | 1): void {
    const group = this.#group(what);
    group.fractions.set(key, fraction);
    if (fraction === 1) group.starts.set(key, 1);
  }

  started(what: string): void {
    this.#group(what).began ??= this.#now();
  }

  /** The job's step says how far it is. */
  moved(what: string, key: string, step: { done: number; total: number; note: string | null }): void {
    const fraction = step.total > 0 ? Math.min(1, step.done / step.total) : 0;
    const group = this.#group(what);
    if (!group.starts.has(key)) group.starts.set(key, fraction);
    group.fractions.set(key, fraction);
    this.#tell(what, step.note);
  }

  finished(what: string, key: string): void {
    const group = this.#group(what);
    if (!group.starts.has(key)) group.starts.set(key, 0);
    group.fractions.set(key, 1);
    this.#tell(what, null);
  }

  #group(what: string): Group {
    const known = this.#groups.get(what);
    if (known !== undefined) return known;
    const group: Group = { fractions: new Map(), starts: new Map(), began: null };
    this.#groups.set(what, group);
    return group;
  }

  #tell(what: string, note: string | null): void {
    const group = this.#group(what);
    const total = group.fractions.size;
    const done = sum(group.fractions.values());
    const worked = done - sum(group.starts.values());
    const spent = group.began === null ? 0 : this.#now() - group.began;
    const left = done >= total ? 0 : worked > 0 && spent > 0 ? (spent / worked) * (total - done) : null;
    this.#emit({ what, done, total, left, note });
  }
}

function sum(values: Iterable<number>): number {
  let whole = 0;
  for (const value of values) whole += value;
  return whole;
}
