/**
 * Apex spotting over the study: a cached job a clip measures the face's motion from onset to offset; the findings are
 * stored, and stand in for the middle frame where a dataset's rule says so.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { datasetName } from "../../contract/datasets.ts";
import type { SpotCall, SpotDocument } from "../../contract/flow.ts";
import type { Sample } from "../../contract/sample.ts";
import { describeJob, type JobSpec, jobKey } from "../../jobs/key.ts";
import { spot, spotResult } from "../../steps/spot.ts";
import { apexRule, putSpotted, setApexRule, type SpottedApex } from "../../store/tables/apexes.ts";
import { listSamples } from "../../store/tables/samples.ts";
import type { Workspace } from "../../store/workspace.ts";
import { middleFrame } from "../../study/frames.ts";
import { type Context, type Hooks, studyOf } from "../context.ts";
import { methodConfig, type SettledFlow, settleFlow, weightsInput } from "./how.ts";
import { byDataset, type ClipFault, digestsOf, faultOf, meantClips, meantDatasets, missingFile } from "./sources.ts";

/**
 * Side of the pictures that a curve's flow is computed on: half of what a network's flow is made of, a quarter of the
 * time, and the same apex.
 */
const SIZE = 112;
/** A clip has dozens of frames: speed counts before the last hundredth of a pixel. */
const FAST = "tvl1";
/** For the same reason fewer pyramid levels and rounds than flow that a network sees. */
const FAST_TVL1 = { scales: 3, warps: 3, iterations: 20 };

/** Clips of one study that can be measured, and what they are measured on. */
interface Span {
  readonly sample: Sample;
  readonly onset: number;
  /** Numbers and absolute files, from the onset to the offset. */
  readonly frames: readonly (readonly [number: number, file: string])[];
}

/** Errors: those of the choice (how.ts, sources.ts) and `cancelled`; what is finished stays. A clip's fault is listed. */
export async function spotApexes(context: Context, call: SpotCall, hooks: Hooks): Promise<SpotDocument> {
  const started = performance.now();
  const workspace = studyOf(context);
  const how = await settleFlow({
    ...call,
    method: call.method ?? (call.weights === null ? FAST : "raft"),
    headMotion: "remove",
  });
  const datasets = meantDatasets(workspace, call.datasets);
  const faults: ClipFault[] = [];
  const spans =
    call.use === "middle" ? [] : clipsToSpot(workspace, datasets, call).flatMap((sample) => spanOf(sample, faults));
  const digest = await digestsOf(
    workspace,
    spans.flatMap(({ frames }) => frames.map(([, file]) => file)),
    hooks,
  );
  const specs = spans.map((span) => jobOf(span, how, digest));
  const results = await context.pool().run(
    specs.map((spec) => ({ spec, what: "Motion of every frame" })),
    { signal: hooks.signal, onProgress: hooks.onProgress, onFailure: "continue" },
  );
  const found: (SpottedApex & { readonly sample: Sample; readonly cached: boolean; readonly frames: number })[] = [];
  for (const [i, result] of results.entries()) {
    const { sample, onset, frames } = spans[i];
    if (result.state === "failed") {
      faults.push(faultOf(sample, result.error.message));
      continue;
    }
    const { apex } = await readResult(result.folder);
    const { dataset, subject, clip, offset } = sample;
    const { cached } = result;
    found.push({
      dataset,
      subject,
      clip,
      onset,
      offset,
      apex,
      job: jobKey(specs[i]),
      sample,
      cached,
      frames: frames.length,
    });
  }
  putSpotted(workspace, found);
  if (call.use !== null) for (const id of datasets) setApexRule(workspace, id, call.use);
  const { method, version, weights } = how;
  return {
    method,
    version,
    weights,
    datasets: byDataset(
      datasets,
      spans.map(({ sample }) => sample),
    ).map(({ id, own }) => {
      const made = found.filter(({ dataset }) => dataset === id);
      const cached = made.filter((each) => each.cached).length;
      const rule = apexRule(workspace, id);
      return { dataset: datasetName(id), clips: own.length, computed: made.length - cached, cached, rule };
    }),
    clips: found.map(({ dataset, subject, clip, onset, apex, sample, frames }) => ({
      dataset,
      subject,
      clip,
      onset,
      offset: sample.offset,
      coded: sample.apexSource === "table" ? sample.apex : null,
      middle: middleOf(sample),
      spotted: apex,
      frames,
    })),
    faults,
    seconds: (performance.now() - started) / 1000,
  };
}

/** What a spotting's folder says. Errors: those of reading. */
export async function readResult(folder: string) {
  return spotResult.parse(JSON.parse(await readFile(path.join(folder, "result.json"), "utf8")));
}

/** Clips with a coded apex only where they are named, or asked for. */
function clipsToSpot(workspace: Workspace, datasets: readonly string[], { clips, coded }: SpotCall): Sample[] {
  const meant = meantClips(clips);
  return listSamples(workspace, { datasets, asImported: true }).filter(
    (sample) => meant(sample) && (clips !== null || coded || sample.apexSource !== "table"),
  );
}

/** Nothing, and a fault more, for a clip that cannot be measured. */
function spanOf(sample: Sample, faults: ClipFault[]): Span[] {
  const span = framesOf(sample);
  if (typeof span !== "string") return [span];
  faults.push(faultOf(sample, span));
  return [];
}

function framesOf(sample: Sample): Span | string {
  const { onset, offset, frames } = sample;
  if (frames === null) return "Its single frames are not at hand.";
  if (onset === null) return "It has no onset to compare its frames with.";
  if (offset !== null && offset < onset) return `Its offset ${offset} lies before its onset ${onset}.`;
  const own = frames.files
    .filter(([number]) => number >= onset && number <= (offset ?? Number.POSITIVE_INFINITY))
    .map(([number, file]) => [number, path.join(frames.folder, file)] as const);
  if (own[0]?.[0] !== onset) return `Its onset frame ${onset} is missing.`;
  if (own.length < 2) return "It has one frame only: there is nothing to compare with its onset.";
  const gone = missingFile(own.map(([, file]) => file));
  return gone === undefined ? { sample, onset, frames: own } : `${gone} is not there now.`;
}

function jobOf({ sample, frames }: Span, how: SettledFlow, digest: (file: string) => string): JobSpec {
  return describeJob(spot, {
    config: {
      ...methodConfig(how),
      ...(how.method === "tvl1" ? { options: FAST_TVL1 } : {}),
      rule: sample.framing === "cropped" ? "resize" : "centre-square",
      size: SIZE,
      frames: frames.map(([number]) => number),
    },
    inputs: {
      ...Object.fromEntries(
        frames.map(([number, file]) => [number, { kind: "file", path: file, digest: digest(file) }]),
      ),
      ...weightsInput(how),
    },
  });
}

function middleOf({ onset, offset, frames }: Sample): number | null {
  return onset === null || offset === null || frames === null ? null : middleFrame(frames, onset, offset);
}
