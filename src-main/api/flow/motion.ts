/** What is known of one sample's motion: the flow that stands, the curve of its frames, its dataset's apex rule. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ApexRule, SampleMotion } from "../../contract/flow.ts";
import type { SampleKey } from "../../contract/sample.ts";
import { resultFolder } from "../../jobs/folder.ts";
import { flowResult } from "../../steps/flow.ts";
import { spot } from "../../steps/spot.ts";
import { apexRule, findSpotted, setApexRule } from "../../store/tables/apexes.ts";
import { type Context, studyOf } from "../context.ts";
import { derivedOf } from "../pictures/derived.ts";
import { sampleNamed } from "../samples/detail.ts";
import { datasetNamed } from "../study/labels.ts";
import { readResult } from "./spot.ts";

/** Errors: `not-found`; those of reading results. */
export async function motionOf(context: Context, key: SampleKey): Promise<SampleMotion> {
  const workspace = studyOf(context);
  const sample = sampleNamed(workspace, key);
  return {
    flow: await flowOf(derivedOf(context, sample).flow),
    curve: await curveOf(context, key),
    rule: apexRule(workspace, key.dataset),
  };
}

async function flowOf(found: ReturnType<typeof derivedOf>["flow"]): Promise<SampleMotion["flow"]> {
  if (found === null) return null;
  const told = flowResult.parse(JSON.parse(await readFile(path.join(found.folder, "result.json"), "utf8")));
  const { method, version, weights } = found.how;
  const { width, height, globalMotion: head } = told;
  return { method, version, weights, width, height, head, key: path.basename(found.folder) };
}

async function curveOf(context: Context, key: SampleKey): Promise<SampleMotion["curve"]> {
  const found = findSpotted(studyOf(context), key);
  if (found === null) return null;
  const folder = resultFolder(context.folder, { place: spot.place, step: spot.name, key: found.job });
  if (!existsSync(folder)) return null; // the cache was emptied: it can be measured again
  const { frames, motion, smooth, apex } = await readResult(folder);
  return { frames, motion, smooth, spotted: apex };
}

/** Which apex the clips without a coded one have from now on. Errors: `not-found`. */
export function changeApexRule(context: Context, { dataset, rule }: { dataset: string; rule: ApexRule }): void {
  const workspace = studyOf(context);
  datasetNamed(workspace, dataset);
  setApexRule(workspace, dataset, rule);
}
