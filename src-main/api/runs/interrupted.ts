/** Runs that the end of the host cut off: nobody cancelled them, and they say that they can go on. */
import { findRun, updateRun } from "../../store/tables/runs.ts";
import { type Context, studyOf } from "../context.ts";

/** `runs`: ids; null for one that was not planned yet. One that came to its end after all stays as it is. */
export function markInterrupted(context: Context, runs: readonly (string | null)[]): void {
  const workspace = studyOf(context);
  for (const run of runs)
    if (run !== null && findRun(workspace, run)?.state === "cancelled")
      updateRun(workspace, run, { state: "interrupted" });
}
