/** Progress that is worth telling: each telling costs a worker and its host a millisecond, which short steps feel. */
import type { OnStepProgress } from "./run-job.ts";

interface Pace {
  /** Milliseconds. */
  readonly every: number;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
}

/**
 * The same listener, told at most once in so many milliseconds, and at once of another note and of the end. What it is
 * not told of, the next telling says.
 */
export function seldom(listener: OnStepProgress, { every, now }: Pace): OnStepProgress {
  let note: string | null | undefined;
  let told = -Infinity;
  return (progress) => {
    const time = now();
    if (progress.note === note && progress.done < progress.total && time - told < every) return;
    note = progress.note;
    told = time;
    listener(progress);
  };
}
