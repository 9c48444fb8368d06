/**
 * What the cache holds of a sample: the crops and the flow that runs have made. Their keys follow from the digests of
 * the source files, as far as these are remembered; no source file is read for it.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Sample } from "../../contract/sample.ts";
import { type JobSpec, jobKey } from "../../jobs/key.ts";
import { rememberedDigests } from "../../store/tables/digests.ts";
import { listRuns } from "../../store/tables/runs.ts";
import type { Workspace } from "../../store/workspace.ts";
import { type Context, studyOf } from "../context.ts";
import { FLOW_SIZE, missingFor, sampleFiles, sampleJobs } from "../run/sources.ts";

export interface Derived {
  /** Absolute result folders, the one that flow is made of first. */
  readonly crops: readonly string[];
  readonly flow: string | null;
}

/** What a run may have made of a sample. */
interface Wanted {
  readonly input: "flow" | "apex" | "onset";
  readonly size: number;
}

interface Memory {
  readonly revision: number;
  readonly digests: ReadonlyMap<string, string>;
  readonly wanted: readonly Wanted[];
}

const REMEMBERED = new WeakMap<Workspace, Memory>();

function memoryOf(workspace: Workspace): Memory {
  const { revision } = workspace.db;
  const known = REMEMBERED.get(workspace);
  if (known?.revision === revision) return known;
  const asked = listRuns(workspace).flatMap(({ config: { input, size } }) =>
    input === "flow" ? [] : [{ input, size }],
  );
  const unique = new Map(asked.map((one) => [`${one.input} ${one.size}`, one]));
  const memory = {
    revision,
    digests: rememberedDigests(workspace),
    wanted: [{ input: "flow", size: FLOW_SIZE } as const, ...unique.values()],
  };
  REMEMBERED.set(workspace, memory);
  return memory;
}

/** The results that may stand in the cache, as folders `crop/KEY` and `flow/KEY`. */
export function derivedNames(workspace: Workspace, sample: Sample): { crops: string[]; flow: string | null } {
  const { digests, wanted } = memoryOf(workspace);
  const files = sampleFiles(sample);
  const crops: string[] = [];
  let flow: string | null = null;
  for (const { input, size } of wanted) {
    if (missingFor(files, input, "tvl1") !== null) continue;
    const needed = input === "flow" ? [files.onset, files.apex] : [files[input]];
    if (needed.some((file) => file === null || !digests.has(file))) continue;
    const { jobs } = sampleJobs(sample, { input, flow: "tvl1", size }, (file) => digests.get(file) ?? "");
    for (const job of jobs) {
      if (job.step === "crop") crops.push(nameOf(job));
      else flow = nameOf(job);
    }
  }
  return { crops, flow };
}

const nameOf = (job: JobSpec) => path.join(job.step, jobKey(job));

/** What stands. */
export function derivedOf(context: Context, sample: Sample): Derived {
  const { crops, flow } = derivedNames(studyOf(context), sample);
  const whole = (name: string) => path.join(context.folder, "cache", name);
  const stands = (name: string) => existsSync(whole(name));
  return {
    crops: crops.filter(stands).map(whole),
    flow: flow !== null && stands(flow) ? whole(flow) : null,
  };
}

/** Every `step/KEY` of the cache, for looking up many samples. */
export function cachedNames(folder: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const step of ["crop", "flow"]) {
    const place = path.join(folder, "cache", step);
    if (!existsSync(place)) continue;
    for (const key of readdirSync(place)) names.add(path.join(step, key));
  }
  return names;
}
