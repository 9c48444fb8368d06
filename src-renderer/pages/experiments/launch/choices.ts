/** What each phrase of the launch sentence can be, with what it means. */
import type { RunConfig, Selection } from "../../../../src-main/contract/run.ts";

export interface Choice<T extends string> {
  readonly value: T;
  readonly title: string;
  readonly explains?: string;
  /** Marked as something to think about twice. */
  readonly caution?: boolean;
  /** Shown, with its reason, and not to be had. */
  readonly disabled?: boolean;
}

export const BACKBONES: readonly Choice<RunConfig["backbone"]>[] = [
  {
    value: "cnn",
    title: "CNN",
    explains: "Two convolutions and a fully connected layer, as in the paper. The fastest.",
  },
  {
    value: "resnet18",
    title: "ResNet-18",
    explains: "18 layers with shortcuts (He et al. 2016), 11.2 million weights. Takes a few times as long.",
  },
  {
    value: "poolformer-s12",
    title: "PoolFormer-S12",
    explains: "A transformer that mixes by pooling (Yu et al. 2022), 11.4 million weights. The slowest.",
  },
];

export const INPUTS: readonly Choice<RunConfig["input"]>[] = [
  { value: "flow", title: "Optical flow", explains: "How the face moved from onset to apex." },
  { value: "apex", title: "The apex frame", explains: "The picture at the height of the expression." },
  {
    value: "onset",
    title: "The onset frame",
    explains: "A sanity check: neutral faces, so the figures should be at chance.",
    caution: true,
  },
];

type FlowChoice = "any" | NonNullable<RunConfig["flow"]>;
export const FLOWS: readonly Choice<FlowChoice>[] = [
  {
    value: "any",
    title: "The best at hand",
    explains: "Flow pictures where every sample brings one, else computed here by the best method.",
  },
  {
    value: "raft",
    title: "RAFT",
    explains: "As in the paper: computed here by a network that was trained to see motion.",
  },
  { value: "tvl1", title: "TV-L1", explains: "Computed here from the pictures alone: nothing in it was trained." },
  { value: "pictures", title: "The flow pictures that came with the data", explains: "Every sample must have one." },
];

export const FLOW_IMAGES: readonly Choice<RunConfig["flowImage"]>[] = [
  {
    value: "uv-strain",
    title: "u, v, strain",
    explains: "Both directions and the optical strain: the field's convention.",
  },
  { value: "uv-magnitude", title: "u, v, magnitude", explains: "Both directions and how far." },
];

export const HEAD_MOTIONS: readonly Choice<RunConfig["headMotion"]>[] = [
  { value: "keep", title: "Left in", explains: "Everything that moved between the two frames, as in the paper." },
  {
    value: "remove",
    title: "Taken off",
    explains: "The head's own shift, turn and scale: what is left is the face's.",
  },
];

export const SCHEDULES: readonly Choice<RunConfig["schedule"]>[] = [
  { value: "constant", title: "Constant", explains: "As in the paper." },
  { value: "cosine", title: "Falling to 0", explains: "Along half a cosine, until the last epoch." },
];

export const SELECTIONS: readonly Choice<Selection>[] = [
  { value: "last-epoch", title: "Last epoch", explains: "The weights at the end of training; nothing is chosen." },
  {
    value: "train-validation",
    title: "Train-domain validation",
    explains: "The best epoch on a fifth of the training subjects, set aside.",
  },
  {
    value: "leave-one-domain-out",
    title: "Leave-one-domain-out validation",
    explains: "The best epoch when each training dataset is left out in turn. Costs as many trainings more.",
  },
  {
    value: "best-on-test",
    title: "Best on test",
    explains: "The paper's: the epoch is chosen on the held-out dataset itself. Optimistic, not valid for reporting.",
    caution: true,
  },
];

export const BATCHES: readonly Choice<RunConfig["batches"]>[] = [
  { value: "plain", title: "Shuffled", explains: "As in the paper." },
  {
    value: "stratified",
    title: "With every dataset in each",
    explains: "Each batch draws from all training datasets.",
  },
];

export const LABELS: readonly Choice<"coded" | "shuffled">[] = [
  { value: "coded", title: "As coded" },
  {
    value: "shuffled",
    title: "Shuffled",
    explains: "A sanity check: nothing can be learned, so the figures should be at chance.",
    caution: true,
  },
];
