/** Runs beside one another: where their settings differ, and whether they saw the same samples. */
import type { RunComparison } from "../../contract/api/runs.ts";
import { runConfig, type RunConfig } from "../../contract/run.ts";
import { getRun, type RunRecord } from "../../store/tables/runs.ts";
import { type Context, studyOf } from "../context.ts";
import { shownDocument } from "../run/document.ts";
import { foldsOf, type StoredFold } from "./folds.ts";
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
    sameData: sawTheSame(records, folds),
  };
}

const FLOW_IS_MADE_BY = ["input", "flow", "flowDigest", "headMotion"] as const satisfies readonly (keyof RunConfig)[];
const PICTURES_ARE_MADE_BY = ["input", "size"] as const satisfies readonly (keyof RunConfig)[];

/**
 * Whether a difference in the figures is the settings' alone: the same samples with the same classes in all, and the
 * same pictures in those that make their input in the same way. (Another input, or another size of it, is a setting.)
 */
function sawTheSame(records: readonly RunRecord[], folds: readonly (readonly StoredFold[])[]): boolean {
  if (new Set(folds.map((own) => dataDigest(own, "tested"))).size > 1) return false;
  const inputs = Map.groupBy(folds, (_, i) => {
    const { config } = records[i];
    const own = config.input === "flow" ? FLOW_IS_MADE_BY : PICTURES_ARE_MADE_BY;
    return own.map((setting) => String(config[setting])).join(" ");
  });
  return [...inputs.values()].every((alike) => new Set(alike.map((own) => dataDigest(own))).size === 1);
}

function valueText(value: RunConfig[keyof RunConfig]): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
