/** Which of several runs has the best figure. */
import type { RunDocument, Scores } from "../../../../src-main/contract/documents.ts";
import { looksAtTest } from "../words.ts";

export type Metric = keyof Scores;

/** As one reads it: what shows as 52.3 ties with what shows as 52.3. */
const shown = (value: number) => Math.round(value * 1000);

/**
 * Whether each value is the highest. Null takes no part, nor does a run whose epoch was chosen on the held-out dataset
 * as long as another one's was not. One value alone, or all equal, are not the best of anything.
 */
export function bestOf(values: readonly (number | null)[], runs: readonly Pick<RunDocument, "config">[]): boolean[] {
  const honest = runs.some(({ config }) => !looksAtTest(config));
  const taking = values.map((value, at) => {
    const config = runs[at]?.config;
    return value === null || config === undefined || (honest && looksAtTest(config)) ? null : shown(value);
  });
  const there = taking.filter((value) => value !== null);
  const most = Math.max(...there);
  if (there.length < 2 || there.every((value) => value === most)) return values.map(() => false);
  return taking.map((value) => value === most);
}

/** A held-out dataset's figure: the mean over its seeds; null where it is not tested. */
export function foldFigure({ folds }: RunDocument, { test, metric }: { test: string; metric: Metric }): number | null {
  const own = folds.filter((fold) => fold.test === test);
  return own.length === 0 ? null : own.reduce((sum, fold) => sum + fold[metric], 0) / own.length;
}

/** The mean of a finished run; that of one that is not is of other datasets than the rest. */
export const meanFigure = ({ state, mean }: RunDocument, metric: Metric): number | null =>
  state === "finished" ? mean[metric] : null;
