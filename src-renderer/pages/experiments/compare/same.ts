import type { RunComparison } from "../../../../src-main/contract/api/runs.ts";
import type { RunDocument } from "../../../../src-main/contract/documents.ts";
import type { RunConfig } from "../../../../src-main/contract/run.ts";

/** Settings that say themselves that other pictures were seen. */
const INPUT: ReadonlySet<string> = new Set(["input", "flow", "flowImage"] satisfies (keyof RunConfig)[]);

/**
 * Whether a difference in the figures is the settings' alone. Runs on another kind of input have other digests by
 * their settings: of those, each held-out dataset's samples of each class must be as many.
 */
export function sawTheSame({ runs, differences, sameData }: RunComparison): boolean {
  if (sameData) return true;
  if (!differences.some(({ setting }) => INPUT.has(setting))) return false;
  return new Set(runs.map(testedSamples)).size === 1;
}

/** Samples a held-out dataset and class, as text. */
function testedSamples({ folds }: RunDocument): string {
  const first = folds[0]?.seed;
  return folds
    .filter(({ seed }) => seed === first)
    .map(({ test, confusion }) => `${test} ${confusion.map((row) => row.reduce((sum, n) => sum + n, 0)).join(" ")}`)
    .sort()
    .join("\n");
}
