/** Figures that the paper prints (Entropy 28(2):150, 2026), to set beside ours. Cells that are not public are null. */
import type { PublishedRow } from "./api/runs.ts";
import type { RunConfig } from "./run.ts";

/** What the paper's runs differ in; the rest is its one protocol (leave one dataset out, best epoch on the test set). */
export type PublishedCell = Pick<RunConfig, "backbone" | "input" | "lambda">;

const percent = (value: number | null) => (value === null ? null : value / 100);

interface Printed {
  readonly test: string;
  readonly method: string;
  readonly source: string;
  readonly figures: readonly [accuracy: number | null, uar: number | null, uf1: number | null];
}

const MEAN = "mean of five datasets";
const BEST = "the best of the paper's own methods";

const APEX: readonly Printed[] = [
  { test: MEAN, method: "CNN, apex frame", source: "Table 8", figures: [52.28, 40.13, 36.46] },
  { test: "CASME II", method: "CNN, apex frame, λ 0", source: "Table 4", figures: [48.06, 40.34, 39.19] },
];
const APEX_BRL: readonly Printed[] = [
  { test: MEAN, method: "CNN, apex frame, BRL", source: "Table 8", figures: [59.23, 46.75, 45.16] },
  { test: "CASME II", method: "CNN, apex frame, λ 0.5", source: "Table 4", figures: [56.59, 43.07, 41.89] },
];
const FLOW: readonly Printed[] = [
  { test: MEAN, method: "CNN, optical flow", source: "Table 8, by difference", figures: [59.74, 49.37, 49.48] },
];
const FLOW_BRL: readonly Printed[] = [
  { test: MEAN, method: "CNN, optical flow, BRL", source: "Table 8", figures: [63.5, 53.63, 53.07] },
];
const BEST_PER_DATASET: readonly Printed[] = [
  { test: "SMIC", method: BEST, source: "Table 9", figures: [51.2, 46.6, null] },
  { test: "CASME", method: "the best with the apex frame", source: "text", figures: [69.88, null, null] },
  { test: "CASME II", method: BEST, source: "Table 9", figures: [73.6, 68.9, null] },
  { test: "SAMM", method: BEST, source: "Table 9", figures: [67.8, 53.2, null] },
];

/** Of this cell first, then the best that the paper reports for each dataset; null for a cell that it does not have. */
export function publishedFor({ backbone, input, lambda }: PublishedCell): PublishedRow[] | null {
  if (backbone !== "cnn" || input === "onset" || (lambda !== 0 && lambda !== 0.5)) return null;
  const cell = input === "apex" ? (lambda === 0 ? APEX : APEX_BRL) : lambda === 0 ? FLOW : FLOW_BRL;
  return [...cell, ...BEST_PER_DATASET].map(({ test, method, source, figures: [accuracy, uar, uf1] }) => ({
    test,
    method,
    source,
    accuracy: percent(accuracy),
    uar: percent(uar),
    uf1: percent(uf1),
  }));
}
