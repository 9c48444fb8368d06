/** The samples of a run: which take part, under which class, and what the reader of the table must know about them. */
import path from "node:path";
import { CLASSES, type EmotionClass } from "../../contract/classes.ts";
import { compareDatasets, datasetId, datasetName } from "../../contract/datasets.ts";
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { type Sample, sampleId } from "../../contract/sample.ts";
import type { Workspace } from "../../store/workspace.ts";
import { listDatasets } from "../../store/tables/datasets.ts";
import { listSamples } from "../../store/tables/samples.ts";
import { classOrNull } from "../../study/presets.ts";
import { demoReleases } from "../demo-folder.ts";
import { BEST_FLOW, shippedWeights } from "../flow/how.ts";
import { type FlowSource, missingFor, sampleFiles } from "./sources.ts";

export interface ChosenSample {
  readonly id: string;
  readonly sample: Sample;
  readonly label: EmotionClass;
}

export interface Chosen {
  readonly samples: readonly ChosenSample[];
  readonly flow: FlowSource;
  /** Ids, in table order. */
  readonly datasets: readonly string[];
  readonly remarks: readonly string[];
}

/** What the network sees, in a user's words. */
export const INPUT_WORDS: Readonly<Record<RunConfig["input"], string>> = {
  flow: "optical flow",
  apex: "apex frames",
  onset: "onset frames",
};

/** Throws `run-invalid` (an unknown dataset, nothing to train on, pictures asked for that some samples lack). */
export function chooseSamples(workspace: Workspace, config: RunConfig): Chosen {
  const known = listDatasets(workspace);
  const wanted = wantedDatasets(
    known.map(({ id }) => id),
    config.datasets,
  );
  const labelled = known
    .filter(({ id }) => wanted.includes(id))
    .flatMap(({ id, rule }) =>
      listSamples(workspace, { datasets: [id] }).flatMap((sample): ChosenSample[] => {
        const label = classOrNull(sample, rule);
        return label === null ? [] : [{ id: sampleId(sample), sample, label }];
      }),
    );
  if (labelled.length === 0)
    throw new ApexError(
      "run-invalid",
      "The study holds no sample with a class: import a dataset first, or draw the demo study.",
    );
  const flow = flowSource(labelled, config);
  const missing: string[] = [];
  const samples = labelled.filter(({ id, sample }) => {
    const why = missingFor(sampleFiles(sample), config.input, flow);
    if (why !== null) missing.push(`${id} (${why})`);
    return why === null;
  });
  if (samples.length === 0)
    throw new ApexError(
      "run-invalid",
      `None of the ${labelled.length} samples has what a run on ${INPUT_WORDS[config.input]} needs: ${missing[0]}.`,
      { setting: "input" },
    );
  const datasets = [...new Set(samples.map(({ sample }) => sample.dataset))].sort(compareDatasets);
  return {
    samples,
    flow,
    datasets,
    remarks: remarksOf(samples, {
      missing,
      releases: demoReleases(workspace.folder),
      frames: usesFrames(config, flow),
    }),
  };
}

function wantedDatasets(known: readonly string[], asked: readonly string[] | null): readonly string[] {
  if (asked === null) return known;
  const ids = asked.map(datasetId);
  const strange = ids.filter((id) => !known.includes(id));
  if (strange.length > 0)
    throw new ApexError(
      "run-invalid",
      `The study has no dataset ${strange.join(", ")}; it has ${known.map(datasetName).join(", ") || "none"}.`,
    );
  return ids;
}

/** The flow of a run is of one kind, never mixed. */
function flowSource(labelled: readonly ChosenSample[], config: RunConfig): FlowSource {
  const { input, flow, flowWeights } = config;
  const without = labelled.filter(({ sample }) => sample.flowImage === null);
  if (flow === null && flowWeights !== null) return "raft";
  if (flow === null) return without.length === 0 ? "pictures" : BEST_FLOW;
  if (input === "flow" && flow !== "raft" && flowWeights !== null)
    throw new ApexError(
      "run-invalid",
      "Weights of RAFT were given for flow of another kind: leave them out, or choose RAFT.",
      {
        setting: "flowWeights",
      },
    );
  // Said now, not by the first job.
  if (input === "flow" && flow === "raft" && flowWeights === null) shippedWeights("flowWeights");
  if (flow === "pictures" && input === "flow" && without[0])
    throw new ApexError(
      "run-invalid",
      `A run on given flow pictures needs one for every sample; ${without.length} of ${labelled.length} lack one, the first is ${without[0].id}.`,
      { setting: "flow" },
    );
  return flow;
}

/** Whether the input is made of frames, not of given flow pictures: only then do the stand-ins matter. */
const usesFrames = ({ input }: RunConfig, flow: FlowSource) => input !== "flow" || flow !== "pictures";

interface About {
  /** Samples that are left out, each with the reason. */
  readonly missing: readonly string[];
  /** The folder of the demo releases. */
  readonly releases: string;
  readonly frames: boolean;
}

function remarksOf(samples: readonly ChosenSample[], { missing, releases, frames }: About): string[] {
  const remarks: string[] = [];
  if (samples.some(({ sample }) => sample.frames?.folder.startsWith(`${releases}${path.sep}`)))
    remarks.push(
      "Drawn faces of the demo study: the figures say nothing about people and do not compare with published ones.",
    );
  const review = samples.filter(({ sample }) => sample.status === "needs-review").length;
  if (review > 0) remarks.push(`${review} of ${samples.length} samples need review; they take part.`);
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(", ");
    remarks.push(`${missing.length} samples are left out: ${shown}${missing.length > 3 ? ", ..." : ""}.`);
  }
  if (!frames) return remarks;
  const middle = samples.filter(({ sample }) => sample.apexSource === "middle").length;
  if (middle > 0) remarks.push(`Stand-in: the apex of ${middle} samples is the middle frame (apex: middle).`);
  const spotted = spottedOf(samples);
  if (spotted > 0)
    remarks.push(`The apex of ${spotted} samples is the frame that moves most against the onset (apex: spotted).`);
  if (samples.some(({ sample }) => sample.framing === "raw" && sample.apexImage === null && sample.flowImage === null))
    remarks.push("Stand-in: faces are cut by the largest centred square of the onset frame (crop: centre-square).");
  return remarks;
}

/** How many have their apex from their own motion: a rule that a run's figures depend on. */
export const spottedOf = (samples: readonly ChosenSample[]): number =>
  samples.filter(({ sample }) => sample.apexSource === "spotted").length;

/** Class index in the order of every confusion matrix. */
export const classIndex = (label: EmotionClass): number => CLASSES.indexOf(label);
