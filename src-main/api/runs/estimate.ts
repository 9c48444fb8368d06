/** What a run would cost before it is started: trainings, and minutes guessed from earlier runs of this study. */
import type { RunEstimate } from "../../contract/api/runs.ts";
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import type { Sample } from "../../contract/sample.ts";
import { leaveOneDatasetOut, leaveOneDomainOut } from "../../evaluation/splits.ts";
import { listRuns, type RunRecord } from "../../store/tables/runs.ts";
import type { Workspace } from "../../store/workspace.ts";
import { type Context, studyOf } from "../context.ts";
import { cachedNames, derivedNames } from "../pictures/derived.ts";
import type { SettledConfig } from "../run/plan.ts";
import { brlWarning, settled } from "../run/run.ts";
import type { Chosen } from "../run/samples.ts";

/**
 * Milliseconds a sample and epoch at 224 x 224 on one thread, where no earlier run tells: measured for CNN, ResNet-18
 * and PoolFormer-S12 on two cores, doubled. Cost follows the pixels.
 */
const DEFAULT_MS: Readonly<Record<RunConfig["backbone"], number>> = { cnn: 40, resnet18: 100, "poolformer-s12": 130 };
const DEFAULT_SIZE = 224;
/** More threads than this gain little. */
const MOST_THREADS = 4;
/** Milliseconds of one core to cut a sample's crops and compute its flow, once. */
const FLOW_MS = 1500;

/** Never throws for a run that cannot be: `fault` says why. */
export async function estimate(context: Context, asked: RunConfig): Promise<RunEstimate> {
  const workspace = studyOf(context);
  try {
    const { config, chosen } = await settled(workspace, asked);
    return estimateOf(workspace, config, chosen);
  } catch (error) {
    if (!(error instanceof ApexError) || error.code === "internal") throw error;
    const nothing = { folds: 0, trainings: 0, samples: 0, minutes: null, basis: "default", warnings: [] };
    return { ...nothing, settled: null, fault: error.message };
  }
}

function estimateOf(workspace: Workspace, config: SettledConfig, chosen: Chosen): RunEstimate {
  const samples = chosen.samples.map(({ sample }) => sample);
  const folds = leaveOneDatasetOut(samples);
  const inner = folds.map(({ train }) =>
    config.selection === "leave-one-domain-out" ? leaveOneDomainOut(train).map((fold) => fold.train.length) : [],
  );
  // Samples that go through a training, once an epoch.
  const perEpoch = folds.reduce((sum, { train }, i) => sum + train.length + inner[i].reduce((a, b) => a + b, 0), 0);
  const { ms, basis } = speed(workspace, config);
  const training = perEpoch * config.epochs * config.seeds * ms;
  const minutes = (training + flowsToMake(workspace, config, samples) * (FLOW_MS / config.threads)) / 60_000;
  return {
    folds: folds.length,
    trainings: config.seeds * (folds.length + inner.reduce((sum, own) => sum + own.length, 0)),
    samples: samples.length,
    minutes,
    basis,
    warnings: [...warningsOf(config), ...chosen.remarks],
    settled: config,
    fault: null,
  };
}

function warningsOf(config: SettledConfig): string[] {
  const warnings = [brlWarning(config)].filter((warning) => warning !== null);
  if (config.selection === "best-on-test")
    warnings.push("Not valid for reporting: the epoch is chosen by its score on the held-out dataset itself.");
  return warnings;
}

/** Samples whose flow does not stand in the cache yet. */
function flowsToMake(workspace: Workspace, config: RunConfig, samples: readonly Sample[]): number {
  const { input, flow, headMotion } = config;
  if (input !== "flow" || flow === "pictures") return 0;
  const cached = cachedNames(workspace.folder);
  return samples.filter((sample) => {
    const { flows } = derivedNames(workspace, sample);
    return !flows.some(({ name, how }) => how.method === flow && how.headMotion === headMotion && cached.has(name));
  }).length;
}

/** What a network costs beside the others, by its pixels: in the same unit for all of them. */
const cost = ({ backbone, size }: RunConfig) => (DEFAULT_MS[backbone] * size * size) / (DEFAULT_SIZE * DEFAULT_SIZE);

/**
 * The latest finished run of the same network, device and threads whose trainings were timed tells; else one of another
 * network, by what they cost beside each other.
 */
function speed(workspace: Workspace, config: RunConfig): { ms: number; basis: string } {
  const timed = listRuns(workspace)
    .filter(({ config: past }) => past.device === config.device && past.threads === config.threads)
    .flatMap((run) => {
      const pace = paceOf(run);
      return pace === null ? [] : [{ pace, run }];
    });
  const [found = timed[0]] = timed.filter(({ run }) => run.config.backbone === config.backbone);
  if (found !== undefined) return { ms: (found.pace * cost(config)) / cost(found.run.config), basis: found.run.id };
  return { ms: cost(config) / Math.min(config.threads, MOST_THREADS), basis: "default" };
}

/** Milliseconds of training for one sample in one epoch; null where no training of known length was timed. */
function paceOf({ config, jobs, document }: RunRecord): number | null {
  // An inner training ends with the best epoch of the others: its length is not known before.
  if (document?.state !== "finished" || config.selection === "leave-one-domain-out") return null;
  const all = document.folds.reduce((sum, { n }) => sum + n, 0) / config.seeds;
  const trainings = jobs.filter(({ step }) => step === "train");
  let ms = 0;
  let done = 0;
  for (const [i, { n }] of document.folds.entries()) {
    const took = trainings[i]?.ms;
    if (took === undefined) continue;
    ms += took;
    done += (all - n) * config.epochs;
  }
  return done === 0 ? null : ms / done;
}
