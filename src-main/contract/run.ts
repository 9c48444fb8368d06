import { z } from "zod";
import { HEAD_MOTIONS } from "./flow.ts";

export const INPUTS = ["flow", "apex", "onset"] as const;
export const SELECTIONS = ["last-epoch", "train-validation", "leave-one-domain-out", "best-on-test"] as const;
export type Selection = (typeof SELECTIONS)[number];

/** Everything that a run's figures depend on beside the samples; two equal configurations are one run. */
export const runConfig = z.object({
  protocol: z.enum(["lodo"]).default("lodo"),
  input: z.enum(INPUTS).default("flow"),
  /** How flow is had; null = `pictures` where every chosen sample has one, else the best own method. */
  flow: z.enum(["tvl1", "raft", "pictures"]).nullable().default(null),
  /** An absolute path of RAFT weights (safetensors or .pth); null = those that come with the program. */
  flowWeights: z.string().nullable().default(null),
  /** SHA-256 of the weights that flow is computed with: worked out when a run is planned; null without any. */
  flowDigest: z.string().nullable().default(null),
  /** The head's own shift, turn and scale: left in the flow as in the paper, or taken off. */
  headMotion: z.enum(HEAD_MOTIONS).default("keep"),
  flowImage: z.enum(["uv-strain", "uv-magnitude"]).default("uv-strain"),
  backbone: z.enum(["cnn", "resnet18", "poolformer-s12"]).default("cnn"),
  /** An absolute path of a safetensors file to start from; null = random first weights. */
  weights: z.string().nullable().default(null),
  /** SHA-256 of that file: worked out when a run is planned, whatever was asked for. */
  weightsDigest: z.string().nullable().default(null),
  lambda: z.number().min(0).lt(1).default(0.5),
  /** The first E epochs are cross-entropy alone; null = half the epochs (paper 4.2). */
  brlFrom: z.int().min(0).nullable().default(null),
  batches: z.enum(["plain", "stratified"]).default("plain"),
  epochs: z.int().min(1).max(100_000).default(100),
  batch: z.int().min(1).max(4096).default(32),
  /** A batch is computed in so many pieces, whose gradients are summed: less memory, the same step. */
  accumulate: z.int().min(1).max(4096).default(1),
  lr: z.number().positive().default(2e-4),
  /** How the learning rate goes on after warm-up: as it is, or down to 0 along a cosine. */
  schedule: z.enum(["constant", "cosine"]).default("constant"),
  /** Epochs in which the learning rate rises from 0. */
  warmup: z.int().min(0).max(100_000).default(0),
  /** The gradients' joint norm is at most this; null = as they are. */
  clip: z.number().positive().nullable().default(null),
  weightDecay: z.number().min(0).default(5e-4),
  size: z.int().min(16).max(1024).multipleOf(4).default(224),
  seeds: z.int().min(1).max(1000).default(1),
  selection: z.enum(SELECTIONS).default("last-epoch"),
  /** Dataset ids; null = every dataset of the study. */
  datasets: z.array(z.string()).nullable().default(null),
  shuffleLabels: z.boolean().default(false),
  device: z.string().default("auto"),
  threads: z.int().min(1).max(256).default(2),
});
export type RunConfig = z.infer<typeof runConfig>;

/** The networks as the literature calls them. */
export const BACKBONE_NAMES: Readonly<Record<RunConfig["backbone"], string>> = {
  cnn: "CNN",
  resnet18: "ResNet-18",
  "poolformer-s12": "PoolFormer-S12",
};
