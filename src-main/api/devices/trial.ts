/** How long one training step of a run takes on each of several devices, each in a process of its own. */
import type { Device } from "../../contract/devices.ts";
import type { RunConfig } from "../../contract/run.ts";
import { ask } from "../../jobs/ask.ts";
import { answer, type Question } from "../../steps/devices/answer.ts";
import { installedRuntime } from "../../steps/executor.ts";
import type { Context, Hooks } from "../context.ts";

interface Trial extends Pick<RunConfig, "backbone" | "size" | "batch" | "accumulate" | "threads"> {
  /** In the order in which they are tried. */
  readonly devices: readonly Device[];
}

const FIRST_LIMIT_MS = 600_000;
/** What starting a process and its driver, and compiling for it, may take beside the steps. */
const START_MS = 30_000;
/** A device that needs so many times as long as the quickest so far need not end its trial. */
const TOO_SLOW = 4;

/** Seconds by device; one that failed or was too slow is left out. */
export async function trySteps(
  { workerFile }: Pick<Context, "workerFile">,
  { devices, threads, backbone, size, batch, accumulate }: Trial,
  { signal, onProgress }: Hooks,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  let limitMs = FIRST_LIMIT_MS;
  const tell = (done: number) =>
    onProgress?.({ what: "Trying devices", done, total: devices.length, left: null, note: devices[done] ?? null });
  for (const [i, device] of devices.entries()) {
    tell(i);
    const computing = { device, runtime: installedRuntime(device), threads };
    const question: Question = { ask: "seconds", computing, backbone, size, batch: Math.ceil(batch / accumulate) };
    const started = performance.now();
    await ask({
      workerFile,
      args: ["devices", JSON.stringify(question)],
      limitMs,
      signal,
      onAnswer: (raw) => {
        const said = answer.parse(raw);
        if (said.about === "seconds") found[device] = said.seconds;
      },
    });
    if (found[device] !== undefined) limitMs = Math.min(limitMs, START_MS + TOO_SLOW * (performance.now() - started));
  }
  tell(devices.length);
  return found;
}
