/** One sample with everything that its page shows, and a person's word on it. */
import { existsSync } from "node:fs";
import type { z } from "zod";
import type { SampleDetail, setStatusCall } from "../../contract/api/samples.ts";
import { datasetName } from "../../contract/datasets.ts";
import { ApexError } from "../../contract/errors.ts";
import { type Sample, type SampleKey, sampleId } from "../../contract/sample.ts";
import { listDatasets } from "../../store/tables/datasets.ts";
import { putReview } from "../../store/tables/reviews.ts";
import { findSample } from "../../store/tables/samples.ts";
import type { Workspace } from "../../store/workspace.ts";
import { classOrNull } from "../../study/presets.ts";
import { type Context, studyOf } from "../context.ts";
import { derivedOf } from "../pictures/derived.ts";
import { sampleFiles } from "../run/sources.ts";

/** Errors: `not-found`. */
export function sampleNamed(workspace: Workspace, key: SampleKey): Sample {
  const found = findSample(workspace, key);
  if (found === undefined)
    throw new ApexError("not-found", `There is no sample ${sampleId(key)} in this study.`, { clip: key.clip });
  return found;
}

/** Errors: `not-found`. */
export function detail(context: Context, key: SampleKey): SampleDetail {
  const workspace = studyOf(context);
  const found = sampleNamed(workspace, key);
  const rule = listDatasets(workspace).find(({ id }) => id === found.dataset)?.rule;
  const derived = derivedOf(context, found);
  return {
    sample: found,
    class: rule === undefined ? null : classOrNull(found, rule),
    frames: found.frames?.files.map(([number]) => number) ?? [],
    fps: found.fps,
    missing: missingOf(found),
    has: { crop: derived.crops.length > 0, flow: derived.flow !== null || found.flowImage !== null },
  };
}

function missingOf(found: Sample): string | null {
  const { onset, apex, flow } = sampleFiles(found);
  const files = [found.frames?.folder, onset, apex, flow].filter((file) => file !== null && file !== undefined);
  const gone = files.find((file) => !existsSync(file));
  if (gone === undefined) return null;
  return `${gone} is not there now: if the release of ${datasetName(found.dataset)} was moved, say on the Study page where it lies.`;
}

/** Errors: `not-found`; `changed-meanwhile` with both values. */
export function setStatus(context: Context, call: z.infer<typeof setStatusCall>): SampleDetail {
  const workspace = studyOf(context);
  workspace.db.transaction(() => {
    const { status } = sampleNamed(workspace, call);
    if (status !== call.was)
      throw new ApexError(
        "changed-meanwhile",
        `${sampleId(call)} was changed in another window: this one shows "${words(call.was)}", stored is "${words(status)}". Nothing was changed; look again and choose.`,
        { clip: call.clip },
      );
    putReview(workspace, call, call.status);
  });
  return detail(context, call);
}

const words = (status: Sample["status"]) => (status === "ready" ? "ready" : "needs review");
