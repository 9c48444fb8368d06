/** The worker's side of the channel: takes a job, runs it, tells how it goes. */
import { carry } from "../contract/fault.ts";
import type { StepTable } from "../steps/registry.ts";
import { type FromWorker, toWorker } from "./messages.ts";
import { runJob } from "./run-job.ts";
import { seldom } from "./seldom.ts";

/**
 * Serves the process's channel until it closes; then the process ends, wherever its job is: results appear whole or not
 * at all. `tellEvery`: milliseconds between two reports of a job's progress, at least.
 */
export function serveWorker(steps: StepTable, tellEvery = 500): void {
  if (process.send === undefined) throw new TypeError("A worker is started by Apexlab itself, with a channel to it.");
  let cancel = new AbortController();
  process.on("disconnect", () => process.exit());
  process.on("SIGINT", () => {}); // Ctrl-C reaches the whole group: the host cancels in good order, through the channel
  process.on("message", (raw) => {
    const message = toWorker.parse(raw);
    if (message.type === "cancel") {
      cancel.abort();
      return;
    }
    cancel = new AbortController();
    const { workspaceFolder, spec } = message;
    const onProgress = seldom((progress) => tell({ type: "progress", ...progress }), {
      every: tellEvery,
      now: () => performance.now(),
    });
    runJob(spec, { workspaceFolder, steps, signal: cancel.signal, onProgress }).then(
      ({ folder, cached }) => tell({ type: "done", folder, cached }),
      (error: unknown) => tell({ type: "failed", error: carry(error) }),
    );
  });
}

function tell(message: FromWorker): void {
  // Without a listener for the outcome: a closed channel ends this process by its own event.
  if (process.connected) process.send?.(message);
}
