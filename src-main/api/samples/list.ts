/** Every sample in brief with its class, made once for each state of the study: the grid, the filters and the counts share it. */
import { CLASSES, type EmotionClass } from "../../contract/classes.ts";
import type { LabelRule } from "../../contract/sample.ts";
import { type BriefSample, listBrief } from "../../store/tables/brief.ts";
import { listDatasets } from "../../store/tables/datasets.ts";
import type { Workspace } from "../../store/workspace.ts";
import { classOrNull } from "../../study/presets.ts";
import { codedUnits } from "./action-units.ts";

export interface ListedSample extends BriefSample {
  readonly class: EmotionClass | null;
  /** Action units of the coding, without sides and intensities. */
  readonly units: readonly number[];
  /** What the text filter looks into, in lower case. */
  readonly words: string;
}

const REMEMBERED = new WeakMap<Workspace, { readonly revision: number; readonly samples: readonly ListedSample[] }>();

/** In table order. */
export function listedSamples(workspace: Workspace): readonly ListedSample[] {
  const { revision } = workspace.db;
  const known = REMEMBERED.get(workspace);
  if (known?.revision === revision) return known.samples;
  const rules = new Map(listDatasets(workspace).map(({ id, rule }): [string, LabelRule] => [id, rule]));
  const samples = listBrief(workspace).map((brief) => {
    const rule = rules.get(brief.dataset);
    return {
      ...brief,
      class: rule === undefined ? null : classOrNull(brief, rule),
      units: codedUnits(brief.aus),
      words: [brief.subject, brief.clip, brief.emotion, brief.aus, ...brief.notes].join("\n").toLowerCase(),
    };
  });
  REMEMBERED.set(workspace, { revision, samples });
  return samples;
}

/** Index into CLASSES; -1 without a class. */
export const classNumber = (found: EmotionClass | null): number => (found === null ? -1 : CLASSES.indexOf(found));
