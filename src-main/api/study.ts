/** The study as Table 1 of the paper shows it: a row a dataset. */
import { countClasses } from "../contract/classes.ts";
import { datasetName } from "../contract/datasets.ts";
import type { StudyDocument } from "../contract/documents.ts";
import type { Sample } from "../contract/sample.ts";
import { listDatasets } from "../store/tables/datasets.ts";
import { listSamples } from "../store/tables/samples.ts";
import { framesOf } from "../study/import.ts";
import { classOf } from "../study/presets.ts";
import { type Context, studyOf } from "./context.ts";

/** `total`, `subjects` and `frames` count samples with a class under their dataset's label preset. */
export function study(context: Context): StudyDocument {
  const workspace = studyOf(context);
  const datasets = listDatasets(workspace).map(({ id, rule }) => {
    const labelled = listSamples(workspace, { datasets: [id] }).flatMap((sample) => {
      const found = classOf(sample, rule);
      return found.kind === "class" ? [{ sample, label: found.class }] : [];
    });
    return {
      name: datasetName(id),
      fps: commonFps(labelled.map(({ sample }) => sample)),
      ...countClasses(labelled.map(({ label }) => label)),
      total: labelled.length,
      subjects: new Set(labelled.map(({ sample }) => sample.subject)).size,
      frames: labelled.reduce((sum, { sample }) => sum + framesOf(sample), 0),
    };
  });
  return { datasets };
}

/** The frame rate that all samples share; null where they differ or none is known. */
function commonFps(samples: readonly Sample[]): number | null {
  const rates = new Set(samples.map((sample) => sample.fps));
  const [only = null] = rates;
  return rates.size === 1 ? only : null;
}
