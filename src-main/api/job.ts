/** One planned job by its key, with no study open: how a cluster's own scheduler runs folds. */
import type { JobDocument } from "../contract/documents.ts";
import { runFolderState } from "../jobs/folder.ts";
import { runJobByKey } from "../jobs/run-job.ts";
import { STEPS } from "../steps/table.ts";
import type { Context, Hooks } from "./context.ts";

/** Reads runs/<key>/config.json and the cache, writes only runs/<key>/. `not-found` for a key that no run planned. */
export async function runOneJob(context: Context, key: string, hooks: Hooks): Promise<JobDocument> {
  const started = performance.now();
  const outcome = await runJobByKey(key, {
    workspaceFolder: context.folder,
    steps: STEPS,
    signal: hooks.signal,
    onProgress: ({ done, total, note }) => {
      const elapsed = performance.now() - started;
      hooks.onProgress?.({ what: "Job", done, total, left: done > 0 ? (elapsed / done) * (total - done) : null, note });
    },
  });
  return {
    key,
    kind: outcome.step,
    state: runFolderState(context.folder, key) ?? "interrupted",
    folder: outcome.folder,
  };
}
