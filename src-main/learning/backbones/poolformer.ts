/**
 * PoolFormer-S12 (Yu et al., "MetaFormer is actually what you need for vision", CVPR 2022): patch embedding 7x7 stride 4
 * padding 2, four stages of 2, 2, 6, 2 blocks (64, 128, 320, 512 channels) with 3x3 stride 2 padding 1 between them, a
 * final norm, the mean over height and width, a linear classifier. A block is x + s1 pool(norm(x)) and then
 * x + s2 mlp(norm(x)): norm is group norm with one group, pool the 3x3 average (padding not counted) minus its input, mlp
 * two 1x1 convolutions with an exact GELU and four times the channels between, s1 and s2 layer scales that start at 1e-5.
 * First weights are those of the authors' code: 1x1 convolutions and classifier normal with deviation 0.02 and biases 0,
 * patch embeddings PyTorch's default. Its stochastic depth (0.1 on ImageNet, 0 by default) is not used: a composite of a
 * few hundred clips is trained for few steps, and the evaluated paper does not mention it. Names are timm's; files with
 * the authors' names fit too (weights.ts). 11,915,176 parameters with 1000 classes.
 */
import { CLASSES } from "../../contract/classes.ts";
import {
  add,
  avgPool2d,
  conv2d,
  gelu,
  globalAvgPool,
  groupNorm,
  matmul,
  mul,
  reshape,
  sub,
  type Tensor,
  transpose,
} from "../../engine/index.ts";
import { allZeros, type Backbone, type ParameterSpec } from "./backbone.ts";
import { normParameters } from "./batch-norm.ts";
import { constant, normal, torchDefault } from "./initial.ts";

export interface PoolFormerWidths {
  /** Channels of the four stages. */
  readonly widths: readonly [number, number, number, number];
  readonly depths?: readonly [number, number, number, number];
  readonly classes?: number;
}

const MLP_RATIO = 4;
const LAYER_SCALE = 1e-5;
const DEVIATION = 0.02;
const STEM = { kernel: 7, stride: 4, padding: 2 };
const DOWN = { kernel: 3, stride: 2, padding: 1 };

type Tensors = Readonly<Record<string, Tensor>>;

/** PoolFormer of given widths; tests run it narrow. */
export function poolformerOf({ widths, depths = [2, 2, 6, 2], classes = CLASSES.length }: PoolFormerWidths): Backbone {
  const features = widths[3];
  const stages = widths.map((channels, stage) => ({
    channels,
    embedding: stage === 0 ? "stem.conv" : `stages.${stage}.downsample.conv`,
    blocks: Array.from({ length: depths[stage] }, (_, i) => `stages.${stage}.blocks.${i}`),
  }));
  return {
    name: "poolformer-s12",
    features,
    classifier: "head.fc",
    statistics: [],
    parameters: ([channels]) => [
      ...stages.flatMap((stage, i) => [
        ...(i === 0
          ? embedding(stage.embedding, [stage.channels, channels, STEM.kernel])
          : embedding(stage.embedding, [stage.channels, widths[i - 1], DOWN.kernel])),
        ...stage.blocks.flatMap((name) => blockParameters(name, stage.channels)),
      ]),
      ...normParameters("head.norm", features),
      { name: "head.fc.weight", shape: [classes, features], initial: normal(DEVIATION) },
      { name: "head.fc.bias", shape: [classes], initial: allZeros },
    ],
    forward: (x, p) => {
      let y = x;
      stages.forEach((stage, i) => {
        const { stride, padding } = i === 0 ? STEM : DOWN;
        y = conv2d(y, p[`${stage.embedding}.weight`], { stride, padding, bias: p[`${stage.embedding}.bias`] });
        for (const name of stage.blocks) y = block(y, name, p);
      });
      const pooled = globalAvgPool(norm(y, "head.norm", p));
      const logits = add(matmul(pooled, transpose(p["head.fc.weight"])), p["head.fc.bias"]);
      return { features: pooled, logits, statistics: {} };
    },
  };
}

function embedding(name: string, [outputs, inputs, kernel]: readonly [number, number, number]): ParameterSpec[] {
  const initial = torchDefault(inputs * kernel * kernel);
  return [
    { name: `${name}.weight`, shape: [outputs, inputs, kernel, kernel], initial },
    { name: `${name}.bias`, shape: [outputs], initial },
  ];
}

function blockParameters(name: string, channels: number): ParameterSpec[] {
  const inner = MLP_RATIO * channels;
  const scale = (which: string) => ({
    name: `${name}.${which}.scale`,
    shape: [channels],
    initial: constant(LAYER_SCALE),
  });
  return [
    ...normParameters(`${name}.norm1`, channels),
    scale("layer_scale1"),
    ...normParameters(`${name}.norm2`, channels),
    { name: `${name}.mlp.fc1.weight`, shape: [inner, channels, 1, 1], initial: normal(DEVIATION) },
    { name: `${name}.mlp.fc1.bias`, shape: [inner], initial: allZeros },
    { name: `${name}.mlp.fc2.weight`, shape: [channels, inner, 1, 1], initial: normal(DEVIATION) },
    { name: `${name}.mlp.fc2.bias`, shape: [channels], initial: allZeros },
    scale("layer_scale2"),
  ];
}

/** Token mixing by pooling, then the MLP, each after a norm and scaled before it is added (figure 2, section 3). */
function block(x: Tensor, name: string, p: Tensors): Tensor {
  const normed = norm(x, `${name}.norm1`, p);
  const pooled = sub(avgPool2d(normed, { kernel: 3, stride: 1, padding: 1 }), normed);
  const mixed = add(x, scaled(pooled, p[`${name}.layer_scale1.scale`]));
  const hidden = gelu(
    conv2d(norm(mixed, `${name}.norm2`, p), p[`${name}.mlp.fc1.weight`], { bias: p[`${name}.mlp.fc1.bias`] }),
  );
  const mlp = conv2d(hidden, p[`${name}.mlp.fc2.weight`], { bias: p[`${name}.mlp.fc2.bias`] });
  return add(mixed, scaled(mlp, p[`${name}.layer_scale2.scale`]));
}

function norm(x: Tensor, name: string, p: Tensors): Tensor {
  return groupNorm(x, 1, { scale: p[`${name}.weight`], shift: p[`${name}.bias`] });
}

const scaled = (x: Tensor, scale: Tensor): Tensor => mul(x, reshape(scale, [-1, 1, 1]));

export const poolformerS12: Backbone = poolformerOf({ widths: [64, 128, 320, 512] });
