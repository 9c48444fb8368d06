/** An experiment's settings in the words of the page. */
import { datasetName } from "../../../src-main/contract/datasets.ts";
import type { RunState } from "../../../src-main/contract/documents.ts";
import { BACKBONE_NAMES, type RunConfig, type Selection } from "../../../src-main/contract/run.ts";
import { deviceWords } from "../../lib/devices.ts";
import { plural } from "../../lib/format.ts";

export const INPUT_WORDS: Readonly<Record<RunConfig["input"], string>> = {
  flow: "optical flow",
  apex: "the apex frame",
  onset: "the onset frame",
};

export const FLOW_WORDS: Readonly<Record<NonNullable<RunConfig["flow"]>, string>> = {
  tvl1: "TV-L1",
  raft: "RAFT",
  pictures: "the flow pictures that came with the data",
};

export const HEAD_MOTION_WORDS: Readonly<Record<RunConfig["headMotion"], string>> = {
  remove: "taken off",
  keep: "left in",
};

export const FLOW_IMAGE_WORDS: Readonly<Record<RunConfig["flowImage"], string>> = {
  "uv-strain": "u, v, strain",
  "uv-magnitude": "u, v, magnitude",
};

export const BATCHES_WORDS: Readonly<Record<RunConfig["batches"], string>> = {
  plain: "shuffled",
  stratified: "with every dataset in each",
};

/** Short, for tables; the whole sentence of a rule comes from the host. */
export const SELECTION_WORDS: Readonly<Record<Selection, string>> = {
  "last-epoch": "last epoch",
  "train-validation": "train-domain validation",
  "leave-one-domain-out": "leave-one-domain-out validation",
  "best-on-test": "best on test",
};

/** Its epoch is chosen on the held-out dataset itself: never a figure to report. */
export const looksAtTest = ({ selection }: Pick<RunConfig, "selection">): boolean => selection === "best-on-test";

export const STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: "waiting",
  running: "running",
  finished: "finished",
  interrupted: "interrupted",
  failed: "failed",
  cancelled: "cancelled",
};

/** How many epochs are cross-entropy alone. */
export const brlJoins = ({ brlFrom, epochs }: Pick<RunConfig, "brlFrom" | "epochs">): number =>
  brlFrom ?? Math.floor(epochs / 2);

export function brlWords(config: Pick<RunConfig, "lambda" | "brlFrom" | "epochs">): string {
  if (config.lambda === 0) return "without BRL";
  const from = brlJoins(config);
  return from === 0 ? `BRL λ ${config.lambda}` : `BRL λ ${config.lambda} after epoch ${from}`;
}

/** "CNN on optical flow": what a run is, in a title. */
export const runTitle = ({ backbone, input }: Pick<RunConfig, "backbone" | "input">): string =>
  `${BACKBONE_NAMES[backbone]} on ${INPUT_WORDS[input]}`;

/** Keeps the words of one detail on one line. */
const NO_BREAK = "\u00a0";

/** What a title leaves out and a reader asks first: "64 px · 30 epochs · BRL λ 0.5 after epoch 15 · 1 seed". */
export function runDetails(config: RunConfig): string {
  return (
    [
      `${config.size} px`,
      plural(config.epochs, "epoch"),
      brlWords(config),
      plural(config.seeds, "seed"),
      config.shuffleLabels && "shuffled labels",
    ]
      .filter((part) => part !== false)
      .map((part) => part.replaceAll(" ", NO_BREAK))
      // A line never begins with the dot.
      .join(`${NO_BREAK}· `)
  );
}

const number = (value: number) => (value !== 0 && Math.abs(value) < 0.01 ? value.toExponential() : String(value));

/** Each setting's name for a person. */
export const SETTING_NAMES: Readonly<Record<keyof RunConfig, string>> = {
  protocol: "Protocol",
  input: "Input",
  flow: "Optical flow by",
  flowWeights: "Flow's own weights",
  flowDigest: "Flow's weights, SHA-256",
  headMotion: "Head motion",
  flowImage: "Flow drawn as",
  backbone: "Network",
  weights: "Starting weights",
  weightsDigest: "Starting weights, SHA-256",
  lambda: "BRL weight λ",
  brlFrom: "BRL joins after epoch",
  batches: "Batches",
  epochs: "Epochs",
  batch: "Batch size",
  accumulate: "Pieces of a batch",
  lr: "Learning rate",
  schedule: "Learning rate later",
  warmup: "Warm-up, epochs",
  clip: "Gradient norm at most",
  weightDecay: "Weight decay",
  size: "Input size, px",
  seeds: "Seeds",
  selection: "Selection rule",
  datasets: "Datasets",
  shuffleLabels: "Labels",
  device: "Device",
  threads: "Threads",
};

/** One setting's value for a person. */
export function settingValue(config: RunConfig, setting: keyof RunConfig): string {
  switch (setting) {
    case "protocol":
      return "leave one dataset out";
    case "input":
      return INPUT_WORDS[config.input];
    case "flow":
      return config.input !== "flow" ? "–" : config.flow === null ? "best at hand" : FLOW_WORDS[config.flow];
    case "flowWeights":
      return config.flowWeights ?? "–";
    case "flowDigest":
      return config.flowDigest?.slice(0, 16) ?? "–";
    case "headMotion":
      if (config.input !== "flow" || config.flow === "pictures") return "–";
      return HEAD_MOTION_WORDS[config.headMotion];
    case "flowImage":
      return config.input !== "flow" || config.flow === "pictures" ? "–" : FLOW_IMAGE_WORDS[config.flowImage];
    case "backbone":
      return BACKBONE_NAMES[config.backbone];
    case "weights":
      return config.weights ?? "random";
    case "weightsDigest":
      return config.weightsDigest?.slice(0, 16) ?? "–";
    case "lambda":
      return config.lambda === 0 ? "0 (no BRL)" : String(config.lambda);
    case "brlFrom":
      return config.lambda === 0 ? "–" : String(brlJoins(config));
    case "batches":
      return BATCHES_WORDS[config.batches];
    case "selection":
      return SELECTION_WORDS[config.selection];
    case "datasets":
      return config.datasets === null ? "all" : config.datasets.map(datasetName).join(", ");
    case "shuffleLabels":
      return config.shuffleLabels ? "shuffled (sanity check)" : "as coded";
    case "device":
      return deviceWords(config.device);
    case "lr":
    case "weightDecay":
      return number(config[setting]);
    case "schedule":
      return config.schedule === "constant" ? "constant" : "falls to 0 (cosine)";
    case "clip":
      return config.clip === null ? "any" : number(config.clip);
    case "epochs":
    case "batch":
    case "accumulate":
    case "warmup":
    case "size":
    case "seeds":
    case "threads":
      return String(config[setting]);
    default: {
      const unknown: never = setting;
      return unknown;
    }
  }
}
