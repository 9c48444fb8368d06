import { describe, expect, test } from "vitest";
import { ApexError } from "../../../../contract/errors.ts";
import { type Value, value, writeSafetensors, zeros } from "../../../../engine/index.ts";
import { writePth } from "../../../../engine/testing/pth.ts";
import { parametersOf, RAFT_MODELS, type RaftModel } from "../model.ts";
import { madeParameters } from "../reference/formulas.ts";
import { ALIASES, torchvisionName } from "./names.ts";
import { readRaftWeights } from "./read.ts";

const MADE = { small: madeParameters("small", 3), large: madeParameters("large", 3) };
type Tensors = Iterable<readonly [string, Value]>;

const renamed = (tensors: Tensors, rename: (name: string) => string): Tensors =>
  [...tensors].map(([name, tensor]) => [rename(name), tensor] as const);

/** What the authors' large network writes: its norm under both names, and a counter for each norm. */
const official = (model: RaftModel): Tensors => [
  ...MADE[model],
  ...Object.entries(ALIASES[model]).map(([alias, name]) => [alias, MADE[model].get(name) ?? zeros([1])] as const),
  ...[...MADE[model].keys()]
    .filter((name) => name.endsWith(".running_var"))
    .map(
      (name) => [name.replace("running_var", "num_batches_tracked"), value(Int32Array.of(9, 0), [2], "int32")] as const,
    ),
];

const read = (tensors: Tensors, model?: RaftModel) =>
  readRaftWeights(writeSafetensors(tensors), { file: "w.bin", model });

function expectMade(weights: ReturnType<typeof readRaftWeights>, model: RaftModel): void {
  expect(weights.model).toBe(model);
  expect([...weights.parameters.keys()]).toEqual(parametersOf(model).map(({ name }) => name));
  const differing = [...weights.parameters].filter(([name, { data, shape }]) => {
    const want = MADE[model].get(name);
    return (
      want === undefined ||
      shape.join() !== want.shape.join() ||
      Buffer.compare(bytesOf(data), bytesOf(want.data)) !== 0
    );
  });
  expect(differing.map(([name]) => name)).toEqual([]);
}

const bytesOf = (data: Value["data"]): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe.each(RAFT_MODELS)("RAFT-%s is read", (model) => {
  test("from the authors' names", () => {
    expectMade(read(official(model)), model);
  });

  test("from a file whose counters are 64-bit integers, as PyTorch's are", () => {
    const bytes = writeSafetensors(official(model));
    const header = Buffer.from(
      Buffer.from(bytes).toString("latin1").replaceAll('"I32","shape":[2]', '"I64","shape":[ ]'),
      "latin1",
    );
    expectMade(readRaftWeights(header, { file: "w.safetensors" }), model);
  });

  test("from a network that was trained in parallel", () => {
    expectMade(read(renamed(official(model), (name) => `module.${name}`)), model);
  });

  test("from torchvision's names", () => {
    expectMade(read(renamed(MADE[model], torchvisionName)), model);
  });

  test("from PyTorch's own file", () => {
    const floats = [...official(model)].filter(([, { dtype }]) => dtype === "float32");
    expectMade(readRaftWeights(writePth(renamed(floats, (name) => `module.${name}`)), { file: "w.pth", model }), model);
  });
});

test("torchvision's names are those of its networks", () => {
  expect(
    [
      "fnet.conv1.weight",
      "cnet.norm1.running_var",
      "cnet.layer2.0.conv3.bias",
      "cnet.layer1.1.norm2.weight",
      "fnet.layer3.0.downsample.0.weight",
      "cnet.layer3.0.downsample.1.bias",
      "cnet.conv2.bias",
      "update_block.encoder.convc2.weight",
      "update_block.encoder.convf1.bias",
      "update_block.encoder.conv.weight",
      "update_block.gru.convq.weight",
      "update_block.gru.convz2.bias",
      "update_block.flow_head.conv2.weight",
      "update_block.mask.0.weight",
      "update_block.mask.2.bias",
    ].map(torchvisionName),
  ).toEqual([
    "feature_encoder.convnormrelu.0.weight",
    "context_encoder.convnormrelu.1.running_var",
    "context_encoder.layer2.0.convnormrelu3.0.bias",
    "context_encoder.layer1.1.convnormrelu2.1.weight",
    "feature_encoder.layer3.0.downsample.0.weight",
    "context_encoder.layer3.0.downsample.1.bias",
    "context_encoder.conv.bias",
    "update_block.motion_encoder.convcorr2.0.weight",
    "update_block.motion_encoder.convflow1.0.bias",
    "update_block.motion_encoder.conv.0.weight",
    "update_block.recurrent_block.convgru1.convq.weight",
    "update_block.recurrent_block.convgru2.convz.bias",
    "update_block.flow_head.conv2.weight",
    "mask_predictor.convrelu.0.weight",
    "mask_predictor.conv.bias",
  ]);
});

test("an alias stands for a norm that is missing under its own name, and yields to it where both are there", () => {
  const [[alias, name]] = Object.entries(ALIASES.large);
  const other = value(new Float32Array(96).fill(0.5), [96]);
  const without = [...MADE.large].filter(([own]) => own !== name);
  expect(read([...without, [alias, other]]).parameters.get(name)?.data).toEqual(other.data);
  expect(read([...MADE.large, [alias, other]]).parameters.get(name)?.data).toEqual(MADE.large.get(name)?.data);
});

const resnet = (blocks: number, layers: number): Tensors => [
  ["conv1.weight", zeros([1])],
  ["layer4.0.conv1.weight", zeros([1])],
  ...Array.from({ length: blocks }, (_, b) =>
    Array.from({ length: layers }, (_, k) => [`layer3.${b}.conv${k + 1}.weight`, zeros([1])] as const),
  ).flat(),
  ...Array.from({ length: layers }, (_, k) => [`layer1.0.conv${k + 1}.weight`, zeros([1])] as const),
];
const of = (...names: string[]): Tensors => names.map((name) => [name, zeros([1])] as const);

describe("another network is named", () => {
  test.each([
    ["RAFT-small", MADE.small, "large"],
    ["RAFT-large", MADE.large, "small"],
  ] as const)("%s where the other is wanted", (name, tensors, wanted) => {
    expect(() => read(tensors, wanted)).toThrow(
      `The weights in w.bin are not usable: it holds ${name}, not RAFT-${wanted}.`,
    );
  });

  test.each([
    ["ResNet-18", resnet(2, 2)],
    ["ResNet-34", resnet(6, 2)],
    ["ResNet-50", resnet(6, 3)],
    ["a ResNet", resnet(1, 2)],
    ["a PoolFormer", of("patch_embed.proj.weight", "network.0.0.norm1.weight")],
    ["a vision transformer", of("cls_token")],
    ["a VGG", of("features.0.weight")],
    ["the CNN of Apexlab", of("conv1.weight", "conv2.weight", "hidden.weight")],
    ["RAFT of another width", of("cnet.conv1.weight")],
    ["an unknown network (a, b, c, ...)", of("a", "b", "c", "d")],
    ["no tensors", of()],
  ] as const)("%s", (name, tensors) => {
    expect(() => read(tensors)).toThrow(
      `The weights in w.bin are not usable: it holds ${name}, not RAFT-small or RAFT-large.`,
    );
  });
});

describe("a network that is not whole is refused", () => {
  const changed = (name: string, tensor: Value | null): Tensors =>
    [...MADE.small].flatMap(([own, before]) =>
      own !== name ? [[own, before] as const] : tensor === null ? [] : [[own, tensor] as const],
    );
  const BIAS = "fnet.layer2.0.conv1.bias";

  test.each([
    ["a tensor is missing", changed(BIAS, null), `RAFT-small's tensor ${BIAS} is missing`],
    ["a tensor has another shape", changed(BIAS, zeros([17])), `its ${BIAS} is float32 [17], not float32 [16]`],
    [
      "a tensor holds NaN",
      changed(BIAS, value(new Float32Array(16).fill(NaN), [16])),
      `its ${BIAS} holds numbers that are not finite`,
    ],
    [
      "a tensor is of integers",
      changed(BIAS, value(new Int32Array(16), [16], "int32")),
      `its ${BIAS} is int32 [16], not float32 [16]`,
    ],
    [
      "there is a tensor too many",
      [...MADE.small, ["head.bias", zeros([1])] as const],
      "its tensor head.bias is no part of RAFT-small",
    ],
  ])("%s", (_, tensors, reason) => {
    expect(() => read(tensors)).toThrow(`The weights in w.bin are not usable: ${reason}.`);
  });

  test("a damaged file is named", () => {
    for (const bytes of [writeSafetensors(MADE.small), writePth(MADE.small)]) {
      const cut = () => readRaftWeights(bytes.subarray(0, bytes.length - 9), { file: "w.bin" });
      expect(cut).toThrow(ApexError);
      expect(cut).toThrow(/^w.bin: The weights file is not usable: .* truncated/);
    }
  });
});
