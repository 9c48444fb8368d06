/** The names under which RAFT's tensors travel: the authors' (with or without `module.`) and torchvision's. */
import { parametersOf, type RaftModel } from "../model.ts";

/** In the large network's context encoder the shortcuts' norm is one module under two names: alias -> name. */
export const ALIASES: Readonly<Record<RaftModel, Readonly<Record<string, string>>>> = {
  small: {},
  large: Object.fromEntries(
    ["cnet.layer2.0", "cnet.layer3.0"].flatMap((block) =>
      ["weight", "bias", "running_mean", "running_var"].map((part) => [
        `${block}.norm3.${part}`,
        `${block}.downsample.1.${part}`,
      ]),
    ),
  ),
};

/** Every name that a parameter may have, but for a prefix: to the authors' own. */
export function knownNames(model: RaftModel): ReadonlyMap<string, string> {
  const own = parametersOf(model).map(({ name }) => name);
  return new Map([
    ...own.map((name) => [torchvisionName(name), name] as const),
    ...Object.entries(ALIASES[model]),
    ...own.map((name) => [name, name] as const),
  ]);
}

/** torchvision's raft_small and raft_large hold the same tensors under other names. */
export function torchvisionName(name: string): string {
  const [part, ...rest] = name.split(".");
  const inner = rest.join(".");
  if (part === "fnet") return `feature_encoder.${encoderName(inner)}`;
  if (part === "cnet") return `context_encoder.${encoderName(inner)}`;
  return updateName(inner);
}

function encoderName(inner: string): string {
  return inner
    .replace(/^conv1\./, "convnormrelu.0.")
    .replace(/^norm1\./, "convnormrelu.1.")
    .replace(/^conv2\./, "conv.")
    .replace(/^(layer\d\.\d)\.conv(\d)\./, "$1.convnormrelu$2.0.")
    .replace(/^(layer\d\.\d)\.norm(\d)\./, "$1.convnormrelu$2.1.");
}

function updateName(inner: string): string {
  if (inner.startsWith("mask."))
    return inner.replace(/^mask\.0\./, "mask_predictor.convrelu.0.").replace(/^mask\.2\./, "mask_predictor.conv.");
  const renamed = inner
    .replace(/^encoder\.convc(\d)\./, "motion_encoder.convcorr$1.0.")
    .replace(/^encoder\.convf(\d)\./, "motion_encoder.convflow$1.0.")
    .replace(/^encoder\.conv\./, "motion_encoder.conv.0.")
    .replace(/^gru\.conv([zrq])\./, "recurrent_block.convgru1.conv$1.")
    .replace(/^gru\.conv([zrq])(\d)\./, "recurrent_block.convgru$2.conv$1.");
  return `update_block.${renamed}`;
}
