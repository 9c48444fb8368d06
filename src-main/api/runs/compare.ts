/** Runs beside one another: where their settings differ, and whether they saw the same samples. */
import type { RunComparison } from "../../contract/api/runs.ts";
import { runConfig, type RunConfig } from "../../contract/run.ts";
import { getRun } from "../../store/tables/runs.ts";
import { type Context, studyOf } from "../context.ts";
import { shownDocument } from "../run/document.ts";
import { foldsOf } from "./folds.ts";
import { dataDigest } from "./read.ts";

/** Errors: `not-found`. */
export async function compareRuns(context: Context, ids: readonly string[]): Promise<RunComparison> {
  const records = ids.map((id) => getRun(studyOf(context), id));
  const folds = await Promise.all(records.map((record) => foldsOf(context.folder, record)));
  const settings = runConfig.keyof().options.map((setting) => ({
    setting,
    values: records.map(({ config }) => valueText(config[setting])),
  }));
  return {
    runs: records.map(shownDocument),
    differences: settings.filter(({ values }) => new Set(values).size > 1),
    sameData: new Set(folds.map(dataDigest)).size === 1,
  };
}

function valueText(value: RunConfig[keyof RunConfig]): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
