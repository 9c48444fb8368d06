import type { OnProgress } from "../contract/progress.ts";

/** Reports progress with the time left, judged by the pace so far; at most ten reports a second, and the last one always. */
export function stopwatch(what: string, total: number, onProgress: OnProgress | undefined): (done: number) => void {
  if (onProgress === undefined) return () => {};
  const started = performance.now();
  let reported = Number.NEGATIVE_INFINITY;
  return (done) => {
    const now = performance.now();
    if (done < total && now - reported < 100) return;
    reported = now;
    const left = done === 0 ? null : ((now - started) / done) * (total - done);
    onProgress({ what, done, total, left, note: null });
  };
}
