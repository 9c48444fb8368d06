/**
 * What the cache holds of a sample: the crops and the flow that runs have made. Their keys follow from the digests of
 * the source files, as far as these are remembered; no source file is read for it.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { type FlowHow, flowHow } from "../../contract/flow.ts";
import type { Sample } from "../../contract/sample.ts";
import { canonicalJson, type JobSpec, jobKey } from "../../jobs/key.ts";
import { flowMethods } from "../../store/tables/flow-methods.ts";
import { rememberedDigests } from "../../store/tables/digests.ts";
import { listRuns } from "../../store/tables/runs.ts";
import type { Workspace } from "../../store/workspace.ts";
import { type Context, studyOf } from "../context.ts";
import { BEST_FLOW, type SettledFlow } from "../flow/how.ts";
import { FLOW_SIZE, missingFor, sampleFiles, sampleJobs, USUAL_FLOW } from "../run/sources.ts";

export interface Derived {
  /** Absolute result folders, the one that flow is made of first. */
  readonly crops: readonly string[];
  /** The result of the latest way of computing flow that stands, and that way. */
  readonly flow: { readonly folder: string; readonly how: FlowHow } | null;
}

/** What a run may have made of a sample beside its flow. */
interface Wanted {
  readonly input: "apex" | "onset";
  readonly size: number;
}

interface Memory {
  readonly revision: number;
  readonly digests: ReadonlyMap<string, string>;
  readonly wanted: readonly Wanted[];
  /** Ways of computing flow, the latest first. */
  readonly hows: readonly SettledFlow[];
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
    wanted: [...unique.values()],
    hows: waysOf(workspace),
  };
  REMEMBERED.set(workspace, memory);
  return memory;
}

/** The usual way is always looked for: runs of earlier versions left no word of how they computed. */
function waysOf(workspace: Workspace): SettledFlow[] {
  const known = flowMethods(workspace);
  const usual = known.some(isUsual) ? [] : [USUAL_FLOW];
  return [...known, ...usual].map((how) => ({ ...how, file: null }));
}

const isUsual = (how: FlowHow) => canonicalJson(flowHow.parse(how)) === canonicalJson(flowHow.parse(USUAL_FLOW));

export interface DerivedNames {
  readonly crops: string[];
  /** Of every way, the latest first. */
  readonly flows: readonly { readonly name: string; readonly how: FlowHow }[];
}

/** The results that may stand in the cache, as folders `crop/KEY` and `flow/KEY`. */
export function derivedNames(workspace: Workspace, sample: Sample): DerivedNames {
  const { digests, wanted, hows } = memoryOf(workspace);
  const files = sampleFiles(sample);
  const known = (needed: readonly (string | null)[]) => needed.every((file) => file !== null && digests.has(file));
  const jobsOf = (given: { input: Wanted["input"] | "flow"; size: number; how?: SettledFlow }) =>
    sampleJobs(sample, { flow: BEST_FLOW, ...given }, (file) => digests.get(file) ?? "").jobs;
  const crops: string[] = [];
  const flows: { name: string; how: FlowHow }[] = [];
  if (missingFor(files, "flow", BEST_FLOW) === null && known([files.onset, files.apex])) {
    for (const how of hows) {
      for (const job of jobsOf({ input: "flow", size: FLOW_SIZE, how })) {
        const name = nameOf(job);
        if (job.step === "flow") flows.push({ name, how });
        else if (!crops.includes(name)) crops.push(name);
      }
    }
  }
  for (const { input, size } of wanted)
    if (missingFor(files, input, BEST_FLOW) === null && known([files[input]]))
      crops.push(...jobsOf({ input, size }).map((job) => nameOf(job)));
  return { crops, flows };
}

const nameOf = (job: JobSpec) => path.join(job.step, jobKey(job));

/** What stands. */
export function derivedOf(context: Context, sample: Sample): Derived {
  const { crops, flows } = derivedNames(studyOf(context), sample);
  const whole = (name: string) => path.join(context.folder, "cache", name);
  const stands = (name: string) => existsSync(whole(name));
  const flow = flows.find(({ name }) => stands(name));
  return {
    crops: crops.filter(stands).map(whole),
    flow: flow === undefined ? null : { folder: whole(flow.name), how: flow.how },
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
