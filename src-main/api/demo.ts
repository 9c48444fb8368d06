/** The demo study: five releases of drawn faces, written, imported by the ordinary importers and, if asked, evaluated. */
import path from "node:path";
import type { DemoCall } from "../contract/calls.ts";
import { DATASET_IDS } from "../contract/datasets.ts";
import type { DemoDocument, ImportDocument, RunDocument } from "../contract/documents.ts";
import { quickRun } from "../contract/quick.ts";
import { describeJob } from "../jobs/key.ts";
import { demoClips } from "../steps/demo-clips.ts";
import { isMerged, mergeDemo } from "../study/demo/merge.ts";
import { type DemoPlan, planDemo } from "../study/demo/plan.ts";
import { STUDIOS } from "../study/demo/studios.ts";
import type { Context, Hooks } from "./context.ts";
import { demoReleases } from "./demo-folder.ts";
import { importRelease } from "./import.ts";
import { run } from "./run/run.ts";

export interface DemoOutcome {
  readonly document: DemoDocument;
  /** The same evaluation on apex frames, for a row beside the flow's. */
  readonly beside: RunDocument[];
}

const SEED = 1;

/** What stands already is neither drawn nor trained again. Errors: those of its parts. */
export async function demo(context: Context, call: DemoCall, hooks: Hooks): Promise<DemoOutcome> {
  const releases = demoReleases(context.folder);
  await writeReleases(context, { plan: planDemo({ size: call.size, seed: SEED }), target: releases }, hooks);
  const datasets: ImportDocument[] = [];
  for (const id of DATASET_IDS) {
    const request = { path: path.join(releases, STUDIOS[id].release), as: id, dryRun: false, strict: false };
    datasets.push(...(await importRelease(context, request, hooks)));
  }
  const flow = call.run ? await run(context, quickRun("flow"), hooks) : null;
  const beside = call.run ? [await run(context, quickRun("apex"), hooks)] : [];
  return { document: { workspace: context.folder, datasets, run: flow }, beside };
}

async function writeReleases(
  context: Context,
  { plan, target }: { plan: DemoPlan; target: string },
  hooks: Hooks,
): Promise<void> {
  if (await isMerged(target, plan)) return;
  const jobs = plan.people.map(({ dataset, person }) => ({
    spec: describeJob(demoClips, { config: { size: plan.size, seed: plan.seed, dataset, person } }),
    what: "Drawing the demo study",
  }));
  const parts = await context.pool().run(jobs, { signal: hooks.signal, onProgress: hooks.onProgress });
  await mergeDemo({
    plan,
    fragments: parts.flatMap((part) => (part.state === "finished" ? [part.folder] : [])),
    target,
  });
}
