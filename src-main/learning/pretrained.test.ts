import { describe, expect, it } from "vitest";
import { Random, type Value, value, writeSafetensors, zeros } from "../engine/index.ts";
import type { Backbone, InputShape } from "./backbones/backbone.ts";
import { cnnOf } from "./backbones/cnn.ts";
import { poolformerOf } from "./backbones/poolformer.ts";
import { resnet18Of } from "./backbones/resnet18.ts";
import { pretrained } from "./pretrained.ts";
import { networkTensors, stateName } from "./programs.ts";
import { initialState } from "./training/step.ts";

const shape: InputShape = [3, 32, 32];
const resnet = resnet18Of({ widths: [3, 4, 5, 6] });
const poolformer = poolformerOf({ widths: [4, 6, 5, 8] });

type Named = Map<string, Value>;

/** A published file of the same widths, with a thousand classes: random numbers by the names of `backbone`. */
function published(backbone: Backbone): Named {
  const random = new Random(8);
  const features = backbone.features;
  const tensors: Named = new Map();
  for (const { name, shape: own } of networkTensors(backbone, shape)) {
    if (name.startsWith("attention.")) continue;
    const full = name === `${backbone.classifier}.weight` ? [1000, features] : own;
    const fitting = name === `${backbone.classifier}.bias` ? [1000] : full;
    const n = fitting.reduce((a, b) => a * b, 1);
    tensors.set(
      name,
      value(
        Float32Array.from({ length: n }, () => random.normal()),
        fitting,
      ),
    );
  }
  return tensors;
}

const without = (tensors: Named, name: string): Named => new Map([...tensors].filter(([own]) => own !== name));
const from = (backbone: Backbone, tensors: Named) => pretrained(backbone, shape, writeSafetensors(tensors));
const refusal = (words: RegExp) =>
  expect.objectContaining({ code: "weights-invalid", message: expect.stringMatching(words) });

/** The names of PoolFormer's authors, straight from their published code. */
function authorsNames(timm: Named): Named {
  const renamed = Array.from(timm, ([name, tensor]): [string, Value] => {
    const stage = /^stages\.(\d)\.(blocks\.(\d+)|downsample\.conv)\.(.*)$/.exec(name);
    if (stage === null)
      return [
        name.replace("stem.conv", "patch_embed.proj").replace("head.norm", "norm").replace("head.fc", "head"),
        tensor,
      ];
    const [, place, , block, rest] = stage;
    if (block === undefined) return [`network.${2 * Number(place) - 1}.proj.${rest}`, tensor];
    return [`network.${2 * Number(place)}.${block}.${rest.replace(/layer_scale(\d).scale/, "layer_scale_$1")}`, tensor];
  });
  return new Map(renamed);
}

describe("first weights from a file", () => {
  it.each([resnet, poolformer])("are a published $name's, but for the classifier of a thousand classes", (backbone) => {
    const file = published(backbone);
    const taken = from(backbone, file);
    const others = [`${backbone.classifier}.weight`, `${backbone.classifier}.bias`];
    expect([...taken.keys()].sort()).toEqual([...file.keys()].filter((name) => !others.includes(name)).sort());
    for (const [name, { data }] of taken) expect(data).toEqual(file.get(name)?.data);
    const state = initialState({ backbone, shape }, 3, taken);
    const random = initialState({ backbone, shape }, 3);
    for (const [name, { data }] of taken) expect(state.get(stateName.parameter(name))?.data).toEqual(data);
    for (const name of [...others, "attention.weight"])
      expect(state.get(stateName.parameter(name))).toEqual(random.get(stateName.parameter(name)));
  });

  it("may bear the names of PoolFormer's authors", () => {
    const file = published(poolformer);
    const renamed = authorsNames(file);
    expect(renamed.has("network.1.proj.weight")).toBe(true);
    expect(renamed.has("network.4.5.layer_scale_2")).toBe(true);
    expect(from(poolformer, renamed)).toEqual(from(poolformer, file));
  });

  it("may come with PyTorch's counts of batches, which are 64-bit integers", () => {
    const file = published(resnet);
    const bytes = Buffer.from(writeSafetensors(new Map([...file, ["bn1.num_batches_tracked", zeros([2])]])));
    // The same eight bytes as one I64.
    const header = bytes
      .toString("latin1")
      .replace(
        /"bn1.num_batches_tracked":\{"dtype":"F32","shape":\[2\]/,
        '"bn1.num_batches_tracked":{"dtype":"I64","shape":[ ]',
      );
    expect(pretrained(resnet, shape, Buffer.from(header, "latin1"))).toEqual(from(resnet, file));
  });

  it("of one's own three classes keep their classifier", () => {
    const own = new Map(
      networkTensors(resnet, shape).map((spec) => [spec.name, spec.initial(new Random(1), spec.shape)]),
    );
    expect([...from(resnet, own).keys()].sort()).toEqual([...own.keys()].sort());
  });

  it("are refused with the model that the file looks like", () => {
    expect(() => from(resnet, published(poolformer))).toThrow(
      refusal(/holds PoolFormer-S12, but ResNet-18 is to be trained/),
    );
    expect(() => from(poolformer, authorsNames(published(resnet)))).toThrow(
      refusal(/holds ResNet-18, but PoolFormer-S12/),
    );
    expect(() => from(cnnOf({ first: 2, second: 3, features: 4 }), published(resnet))).toThrow(
      refusal(/holds ResNet-18/),
    );
    const deeper = new Map([
      ...published(resnet),
      ["layer1.0.conv3.weight", zeros([1])],
      ["layer3.5.bn1.weight", zeros([1])],
    ]);
    expect(() => from(resnet, without(deeper, "layer4.1.bn2.bias"))).toThrow(refusal(/a ResNet-50/));
    const next = new Map([...published(resnet), ["layer1.2.conv1.weight", zeros([3, 3, 3, 3])]]);
    expect(() => from(resnet, next)).toThrow(refusal(/a ResNet-34/));
    const s24 = new Map([...published(poolformer), ["stages.0.blocks.2.norm1.bias", zeros([4])]]);
    expect(() => from(poolformer, s24)).toThrow(refusal(/a deeper PoolFormer/));
    expect(() => from(resnet, new Map([...published(resnet), ["extra", zeros([1])]]))).toThrow(
      refusal(/holds the tensor extra, which ResNet-18 does not have/),
    );
    expect(() => from(resnet, new Map([["blocks.0.attn.qkv.weight", zeros([1])]]))).toThrow(
      refusal(/vision transformer/),
    );
  });

  it("are refused with the tensor that is missing, or has another shape", () => {
    const file = published(resnet);
    expect(() => from(resnet, without(file, "layer3.0.downsample.1.running_var"))).toThrow(
      refusal(/lacks the tensor layer3.0.downsample.1.running_var, which ResNet-18 needs/),
    );
    expect(() => from(resnet, new Map([...file, ["conv1.weight", zeros([3, 1, 7, 7])]]))).toThrow(
      refusal(/conv1.weight as \[3, 1, 7, 7\] \(float32\), but ResNet-18 needs it as \[3, 3, 7, 7\]/),
    );
    expect(() => pretrained(resnet, shape, writeSafetensors(file).subarray(0, 1000))).toThrow(refusal(/truncated/));
  });
});
