/** Label rules: what another one would do to a dataset's counts, and changing it. */
import type { z } from "zod";
import type { LabelCounts, labelsCall, PresetEffect, setLabelsCall } from "../../contract/api/study.ts";
import { countClasses } from "../../contract/classes.ts";
import { datasetName } from "../../contract/datasets.ts";
import { ApexError, unreachable } from "../../contract/errors.ts";
import type { LabelRule } from "../../contract/sample.ts";
import { canonicalJson } from "../../jobs/key.ts";
import { type BriefSample, listBrief } from "../../store/tables/brief.ts";
import { type DatasetRecord, listDatasets, updateRule } from "../../store/tables/datasets.ts";
import type { Workspace } from "../../store/workspace.ts";
import { noRule, readLabels } from "../../study/labels.ts";
import { classOf } from "../../study/presets.ts";
import { type Context, studyOf } from "../context.ts";

/** Errors: `not-found`; those of reading a labels file. */
export async function presetEffect(context: Context, call: z.infer<typeof labelsCall>): Promise<PresetEffect> {
  const workspace = studyOf(context);
  const { rule: now } = datasetNamed(workspace, call.dataset);
  const rule = await ruleOf(call);
  const own = listBrief(workspace).filter(({ dataset }) => dataset === call.dataset);
  return { now: countsUnder(own, now), after: countsUnder(own, rule), rule };
}

/** Errors: as `presetEffect`; `changed-meanwhile` where the stored rule is not the one that the caller shows. */
export async function setLabels(context: Context, call: z.infer<typeof setLabelsCall>): Promise<LabelRule> {
  const workspace = studyOf(context);
  const rule = await ruleOf(call);
  workspace.db.transaction(() => {
    const { rule: stored } = datasetNamed(workspace, call.dataset);
    if (canonicalJson(stored) !== canonicalJson(call.was))
      throw new ApexError(
        "changed-meanwhile",
        `The labels of ${datasetName(call.dataset)} were changed in another window: this one shows ${ruleWords(call.was)}, stored are ${ruleWords(stored)}. Nothing was changed; look again and choose.`,
      );
    updateRule(workspace, call.dataset, rule);
  });
  return rule;
}

/** Errors: `not-found`. */
export function datasetNamed(workspace: Workspace, id: string): DatasetRecord {
  const found = listDatasets(workspace).find((record) => record.id === id);
  if (found === undefined) throw new ApexError("not-found", `The study has no dataset ${datasetName(id)}.`);
  return found;
}

async function ruleOf({ dataset, labels }: z.infer<typeof labelsCall>): Promise<LabelRule> {
  const rule = (await readLabels(labels)).ruleFor(dataset);
  if (rule === null) throw noRule(labels, dataset);
  return rule;
}

function countsUnder(samples: readonly BriefSample[], rule: LabelRule): LabelCounts {
  const classed = samples.map((sample) => classOf(sample, rule));
  const found = classed.flatMap((each) => (each.kind === "class" ? [each.class] : []));
  return {
    perClass: countClasses(found),
    total: found.length,
    outsidePreset: classed.filter(({ kind }) => kind === "outside").length,
    needsReview: samples.filter(({ status }) => status === "needs-review").length,
  };
}

function ruleWords(rule: LabelRule): string {
  switch (rule.kind) {
    case "preset":
      return `the preset ${rule.name}`;
    case "mapping":
    case "table":
      return `those of the file ${rule.name}`;
    default:
      return unreachable(rule, "label rule");
  }
}
