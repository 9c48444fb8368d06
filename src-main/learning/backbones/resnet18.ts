/**
 * ResNet-18 (He, Zhang, Ren and Sun, CVPR 2016, table 1): conv 7x7/64 stride 2, batch norm, max pool 3x3 stride 2, four
 * stages of two basic blocks (64, 128, 256, 512 channels; the first block of stages 2 to 4 halves height and width and
 * has a projection shortcut, option B), global average, fully connected. Names, filter order and first weights are
 * torchvision's (convolutions normal with variance 2 / fan-out; batch norms 1 and 0; classifier U(+-1 / sqrt(512))):
 * its weight files fit as they are. 11,689,512 parameters with 1000 classes; running statistics are not counted.
 * Batch norm: momentum 0.1, epsilon 1e-5.
 */
import { CLASSES } from "../../contract/classes.ts";
import { add, conv2d, globalAvgPool, matmul, maxPool2d, relu, type Tensor, transpose } from "../../engine/index.ts";
import type { Backbone, ParameterSpec } from "./backbone.ts";
import { batchNorms, normParameters, normStatistics } from "./batch-norm.ts";
import { heNormalFanOut, torchDefault } from "./initial.ts";

export interface ResNetWidths {
  /** Channels of the four stages; the first convolution has those of the first. */
  readonly widths: readonly [number, number, number, number];
  readonly classes?: number;
}

interface Block {
  /** "layer2.0" */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/** Two blocks a stage. */
function blocksOf(widths: ResNetWidths["widths"]): Block[] {
  return widths.flatMap((outputs, stage) => [
    {
      name: `layer${stage + 1}.0`,
      inputs: stage === 0 ? outputs : widths[stage - 1],
      outputs,
      stride: stage === 0 ? 1 : 2,
    },
    { name: `layer${stage + 1}.1`, inputs: outputs, outputs, stride: 1 },
  ]);
}

const projected = ({ stride }: Block): boolean => stride !== 1;

/** ResNet-18 of given widths; tests run it narrow. */
export function resnet18Of({ widths, classes = CLASSES.length }: ResNetWidths): Backbone {
  const [stem, , , features] = widths;
  const blocks = blocksOf(widths);
  const norms = [
    { name: "bn1", channels: stem },
    ...blocks.flatMap((block) => [
      { name: `${block.name}.bn1`, channels: block.outputs },
      { name: `${block.name}.bn2`, channels: block.outputs },
      ...(projected(block) ? [{ name: `${block.name}.downsample.1`, channels: block.outputs }] : []),
    ]),
  ];
  return {
    name: "resnet18",
    features,
    classifier: "fc",
    statistics: norms.flatMap(({ name, channels }) => normStatistics(name, channels)),
    parameters: ([channels]) => [
      filters("conv1.weight", [stem, channels, 7, 7]),
      ...blocks.flatMap((block) => [
        filters(`${block.name}.conv1.weight`, [block.outputs, block.inputs, 3, 3]),
        filters(`${block.name}.conv2.weight`, [block.outputs, block.outputs, 3, 3]),
        ...(projected(block)
          ? [filters(`${block.name}.downsample.0.weight`, [block.outputs, block.inputs, 1, 1])]
          : []),
      ]),
      ...norms.flatMap(({ name, channels: own }) => normParameters(name, own)),
      { name: "fc.weight", shape: [classes, features], initial: torchDefault(features) },
      { name: "fc.bias", shape: [classes], initial: torchDefault(features) },
    ],
    forward: (x, p, mode) => {
      const norm = batchNorms(p, mode);
      const first = norm.pooled({
        name: "bn1",
        filters: p["conv1.weight"],
        convolve: (filters) => conv2d(x, filters, { stride: 2, padding: 3 }),
        pool: (z) => maxPool2d(z, { kernel: 3, stride: 2, padding: 1 }),
      });
      // A ReLU too may come after the pool.
      let y = relu(first);
      for (const block of blocks) y = basicBlock(y, block, { p, norm: norm.apply });
      const pooled = globalAvgPool(y);
      const logits = add(matmul(pooled, transpose(p["fc.weight"])), p["fc.bias"]);
      return { features: pooled, logits, statistics: norm.kept };
    },
  };
}

const filters = (name: string, shape: readonly [number, number, number, number]): ParameterSpec => ({
  name,
  shape,
  initial: heNormalFanOut,
});

interface Layers {
  readonly p: Readonly<Record<string, Tensor>>;
  readonly norm: (x: Tensor, name: string) => Tensor;
}

/** Two 3x3 convolutions and a shortcut (figure 2). */
function basicBlock(x: Tensor, block: Block, { p, norm }: Layers): Tensor {
  const { name, stride } = block;
  const inner = relu(norm(conv2d(x, p[`${name}.conv1.weight`], { stride, padding: 1 }), `${name}.bn1`));
  const y = norm(conv2d(inner, p[`${name}.conv2.weight`], { padding: 1 }), `${name}.bn2`);
  const shortcut = projected(block)
    ? norm(conv2d(x, p[`${name}.downsample.0.weight`], { stride }), `${name}.downsample.1`)
    : x;
  return relu(add(y, shortcut));
}

export const resnet18: Backbone = resnet18Of({ widths: [64, 128, 256, 512] });
