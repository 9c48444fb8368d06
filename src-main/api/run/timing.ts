/** Where the time of a run's trainings went, summed over its folds. */
import type { RunDocument } from "../../contract/documents.ts";
import { type JobSpec, jobKey } from "../../jobs/key.ts";
import { runFolder } from "../../jobs/folder.ts";
import { readTiming, type Timing } from "../../steps/timing.ts";

/** Empty while no training has told its time. */
export async function timingOf(
  workspaceFolder: string,
  trainings: readonly JobSpec[],
): Promise<Pick<RunDocument, "timing">> {
  const told = await Promise.all(trainings.map((job) => readTiming(runFolder(workspaceFolder, jobKey(job)))));
  const known = told.filter((timing) => timing !== null);
  if (known.length === 0) return {};
  const sum = (of: (timing: Timing) => number) => known.reduce((total, timing) => total + of(timing), 0);
  const trainSeconds = sum(({ seconds }) => seconds);
  const stepSeconds = sum((timing) => timing.stepSeconds);
  return {
    timing: {
      trainSeconds,
      stepSeconds,
      compileSeconds: sum(({ compileSeconds }) => compileSeconds),
      loadSeconds: sum(({ loadSeconds }) => loadSeconds),
      ...(stepSeconds > 0 ? { overhead: trainSeconds / stepSeconds - 1 } : {}),
    },
  };
}
