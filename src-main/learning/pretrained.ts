/**
 * Weights of another training, such as ImageNet's, as first weights of a backbone. Files are named as torchvision names
 * ResNet-18, and timm or the authors PoolFormer-S12 (a safetensors file each), or as Apexlab's own weights are. The
 * classifier and the attention of BRL are taken where they fit, and begin anew where they do not: a thousand classes are
 * not three. Everything else must be there, in the right shape, and nothing more.
 * Inputs are not normalised by ImageNet's constants but as in every training here, by the training samples' own mean and
 * deviation a channel (flow: by its fixed constants): that puts them where ImageNet's constants put ImageNet, about 0
 * with deviation 1. The first convolution takes the three channels of flow as it takes red, green and blue.
 */
import { ApexError } from "../contract/errors.ts";
import type { RunConfig } from "../contract/run.ts";
import { readSafetensors, sameShape, type Value } from "../engine/index.ts";
import { networkTensors } from "./programs.ts";
import type { Backbone, InputShape } from "./backbones/backbone.ts";

type Tensors = ReadonlyMap<string, Value>;

const WORDS: Readonly<Record<RunConfig["backbone"], string>> = {
  cnn: "the CNN",
  resnet18: "ResNet-18",
  "poolformer-s12": "PoolFormer-S12",
};

/** PyTorch counts batches in every batch norm, as 64-bit integers that nothing here needs. */
const counted = (name: string): boolean => name.endsWith(".num_batches_tracked");

/**
 * Of a safetensors file's tensors those that the backbone starts from, by its own names.
 * Throws ApexError `weights-invalid` for a damaged file, for another model's, saying which one it looks like, and for a
 * wrong shape.
 */
export function pretrained(backbone: Backbone, shape: InputShape, bytes: Uint8Array): Tensors {
  const { tensors } = readSafetensors(bytes, counted);
  const named = new Map(Array.from(tensors, ([name, tensor]) => [ownName(name), tensor]));
  const taken = new Map<string, Value>();
  for (const { name, shape: wanted } of networkTensors(backbone, shape)) {
    const found = named.get(name);
    if (found?.dtype === "float32" && sameShape(found.shape, wanted)) taken.set(name, found);
    else if (mayBegin(name, backbone)) continue;
    else if (found === undefined) refuse(backbone, named, (what) => `lacks the tensor ${name}, which ${what} needs`);
    else {
      const [is, should] = [found.shape.join(", "), wanted.join(", ")];
      const fault = `holds ${name} as [${is}] (${found.dtype})`;
      refuse(backbone, named, (what) => `${fault}, but ${what} needs it as [${should}] (float32)`);
    }
  }
  // A deeper network of the same family holds all that a smaller one needs.
  const strange = [...named.keys()].find((name) => !taken.has(name) && !mayBegin(name, backbone));
  if (strange !== undefined)
    refuse(backbone, named, (what) => `holds the tensor ${strange}, which ${what} does not have`);
  return taken;
}

const mayBegin = (name: string, { classifier }: Backbone): boolean =>
  name.startsWith(`${classifier}.`) || name.startsWith("attention.");

function refuse(backbone: Backbone, file: Tensors, fault: (what: string) => string): never {
  const what = WORDS[backbone.name];
  const looks = modelOf(file);
  const words = looks !== null && looks !== what ? `holds ${looks}, but ${what} is to be trained` : fault(what);
  throw new ApexError("weights-invalid", `The weights file ${words}: choose weights of ${what}.`, {
    setting: "weights",
  });
}

/** The model that a file looks like by its names, in words; null for an unknown one. */
function modelOf(file: Tensors): string | null {
  const names = [...file.keys()];
  const has = (start: string): boolean => names.some((name) => name.startsWith(start));
  if (has("layer1.0.conv3.")) return has("layer3.6.") ? "a ResNet-101 or deeper" : "a ResNet-50";
  if (has("layer1.0.conv1.")) return has("layer1.2.") ? "a ResNet-34" : WORDS.resnet18;
  if (has("stages.0.blocks.0.mlp.fc1.")) {
    if (!has("stages.0.blocks.0.layer_scale1.")) return "another MetaFormer";
    return has("stages.0.blocks.2.") ? "a deeper PoolFormer" : WORDS["poolformer-s12"];
  }
  if (has("hidden.") && has("conv2.")) return WORDS.cnn;
  if (has("features.0.") && has("classifier.")) return "a VGG, AlexNet or MobileNet";
  if (has("blocks.0.attn.")) return "a vision transformer";
  return null;
}

/**
 * The authors' names of PoolFormer, as timm and this house have them: `patch_embed.proj` is `stem.conv`,
 * `network.<2 stage>.<block>` the blocks of a stage, `network.<2 stage - 1>.proj` the embedding before it,
 * `layer_scale_1` is `layer_scale1.scale`, `norm` and `head` stand in `head`.
 */
function ownName(name: string): string {
  const own = name.replace(/^patch_embed\.proj\./, "stem.conv.").replace(/^norm\./, "head.norm.");
  const headed = /^head\.(weight|bias)$/.test(own) ? own.replace("head.", "head.fc.") : own;
  return headed
    .replace(/^network\.(\d)\.proj\./, (_all, place: string) => `stages.${(Number(place) + 1) / 2}.downsample.conv.`)
    .replace(
      /^network\.(\d)\.(\d+)\./,
      (_all, place: string, block: string) => `stages.${Number(place) / 2}.blocks.${block}.`,
    )
    .replace(/layer_scale_(\d)$/, "layer_scale$1.scale");
}
