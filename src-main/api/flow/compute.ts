/** Onset-to-apex flow of every sample, as cached jobs: what stands is not computed again, what fails is listed. */
import { datasetName } from "../../contract/datasets.ts";
import type { FlowCall, FlowDocument } from "../../contract/flow.ts";
import type { Sample } from "../../contract/sample.ts";
import type { PoolJob } from "../../jobs/types.ts";
import { digestFiles } from "../../store/tables/digests.ts";
import { rememberFlowMethod } from "../../store/tables/flow-methods.ts";
import { listSamples } from "../../store/tables/samples.ts";
import { type Context, type Hooks, studyOf } from "../context.ts";
import { missingFor, sampleFiles, sampleJobs, FLOW_SIZE } from "../run/sources.ts";
import { settleFlow } from "./how.ts";
import { byDataset, type ClipFault, digestsOf, faultOf, meantClips, meantDatasets, missingFile } from "./sources.ts";

/** Errors: those of the choice (how.ts, sources.ts) and `cancelled`; what is finished stays. A clip's fault is listed. */
export async function computeFlow(context: Context, call: FlowCall, hooks: Hooks): Promise<FlowDocument> {
  const started = performance.now();
  const workspace = studyOf(context);
  const how = await settleFlow(call);
  const datasets = meantDatasets(workspace, call.datasets);
  const faults: ClipFault[] = [];
  const meant = meantClips(call.clips);
  const samples = listSamples(workspace, { datasets }).filter((sample) => {
    if (!meant(sample)) return false;
    const reason = whyNot(sample);
    if (reason !== null) faults.push(faultOf(sample, reason));
    return reason === null;
  });
  const files = samples.flatMap(picturesOf);
  const digest = await digestsOf(workspace, files, hooks);
  const jobs = samples.map(
    (sample) => sampleJobs(sample, { input: "flow", flow: how.method, size: FLOW_SIZE, how }, digest).jobs,
  );
  const words = ["Face crops", "Optical flow"];
  const asked = jobs.flatMap((own) => own.map((spec, i): PoolJob => ({ spec, what: words[i] ?? spec.step })));
  const results = await context.pool().run(asked, {
    signal: hooks.signal,
    onProgress: hooks.onProgress,
    onFailure: "continue",
  });
  rememberFlowMethod(workspace, how);
  // What was written just before has settled by now: whoever asks what the cache holds needs its digests.
  await digestFiles(workspace, [...new Set(files)]);
  const perSample = samples.map((sample, i) => {
    const own = results.slice(words.length * i, words.length * (i + 1));
    const failed = own.find((result) => result.state === "failed");
    if (failed?.state === "failed") faults.push(faultOf(sample, failed.error.message));
    const [, last] = own;
    return { dataset: sample.dataset, failed: failed !== undefined, cached: last.state === "finished" && last.cached };
  });
  const { method, version, weights, headMotion } = how;
  return {
    method,
    version,
    weights,
    headMotion,
    datasets: byDataset(datasets, samples).map(({ id, own }) => {
      const made = perSample.filter(({ dataset, failed }) => dataset === id && !failed);
      const cached = made.filter((each) => each.cached).length;
      return { dataset: datasetName(id), samples: own.length, computed: made.length - cached, cached };
    }),
    faults,
    seconds: (performance.now() - started) / 1000,
  };
}

function picturesOf(sample: Sample): string[] {
  const { onset, apex } = sampleFiles(sample);
  return [onset, apex].filter((file) => file !== null);
}

function whyNot(sample: Sample): string | null {
  const lacking = missingFor(sampleFiles(sample), "flow", "tvl1");
  if (lacking !== null) return `It has ${lacking}.`;
  const gone = missingFile(picturesOf(sample));
  return gone === undefined ? null : `${gone} is not there now.`;
}
