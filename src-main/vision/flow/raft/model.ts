/**
 * RAFT (Teed and Deng, "RAFT: Recurrent All-Pairs Field Transforms for Optical Flow", ECCV 2020) in its two published
 * sizes: their widths, and their parameters under the names of the authors' code.
 */
import {
  kaimingNormal,
  type Random,
  type Shape,
  torchUniform,
  type Value,
  value,
  zeros,
} from "../../../engine/index.ts";

export type RaftModel = "small" | "large";
export const RAFT_MODELS = ["small", "large"] as const satisfies readonly RaftModel[];

/** Channels everywhere, and how the networks differ otherwise. */
export interface Widths {
  /** Of the encoders' first convolution. */
  readonly stem: number;
  /** Of the encoders' three stages of two residual blocks each. */
  readonly stages: readonly [number, number, number];
  /** Of the features that are correlated. */
  readonly features: number;
  readonly hidden: number;
  readonly context: number;
  /** The look-up window is 2 * radius + 1 wide. */
  readonly radius: number;
  /** Of the motion encoder: the correlation's convolutions (one or two), the flow's two, the last. */
  readonly correlation: readonly number[];
  readonly flow: readonly [number, number];
  readonly motion: number;
  readonly head: number;
}

/** The correlation pyramid's levels, in both networks. */
export const LEVELS = 4;

export const WIDTHS: Readonly<Record<RaftModel, Widths>> = {
  small: {
    stem: 32,
    stages: [32, 64, 96],
    features: 128,
    hidden: 96,
    context: 64,
    radius: 3,
    correlation: [96],
    flow: [64, 32],
    motion: 80,
    head: 128,
  },
  large: {
    stem: 64,
    stages: [64, 96, 128],
    features: 256,
    hidden: 128,
    context: 128,
    radius: 4,
    correlation: [256, 192],
    flow: [128, 64],
    motion: 126,
    head: 256,
  },
};

export interface ParameterSpec {
  /** As the authors' code names it: `fnet.layer1.0.conv1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  /** First numbers, distributed as in the authors' code, from a stream of the parameter's own. */
  readonly initial: (random: Random) => Value;
}

type Kernel = readonly [height: number, width: number];

interface Convolution {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kernel: Kernel;
  /** The name of the batch norm that follows. */
  readonly norm?: string;
}

const square = (n: number): Kernel => [n, n];

/** Every parameter of a network, in the order in which its layers are met. */
export function parametersOf(model: RaftModel): readonly ParameterSpec[] {
  const { features, hidden, context } = WIDTHS[model];
  const encoders = [
    ...encoder(model, { name: "fnet", out: features, normed: false }),
    ...encoder(model, { name: "cnet", out: hidden + context, normed: model === "large" }),
  ];
  return [...encoders.flatMap((c) => specs(c, true)), ...update(model).flatMap((c) => specs(c, false))];
}

interface EncoderParts {
  readonly name: "fnet" | "cnet";
  readonly out: number;
  /** With batch norms, which have parameters; instance norms have none. */
  readonly normed: boolean;
}

function encoder(model: RaftModel, { name, out, normed }: EncoderParts): Convolution[] {
  const { stem, stages } = WIDTHS[model];
  const convolution = (c: Convolution): Convolution => ({
    name: `${name}.${c.name}`,
    from: c.from,
    to: c.to,
    kernel: c.kernel,
    ...(normed && c.norm !== undefined ? { norm: `${name}.${c.norm}` } : {}),
  });
  const layers: Convolution[] = [{ name: "conv1", from: 3, to: stem, kernel: square(7), norm: "norm1" }];
  let from = stem;
  stages.forEach((width, stage) => {
    for (const block of [0, 1]) {
      const at = `layer${stage + 1}.${block}`;
      if (model === "small") {
        const inner = width / 4;
        layers.push(
          { name: `${at}.conv1`, from, to: inner, kernel: square(1), norm: `${at}.norm1` },
          { name: `${at}.conv2`, from: inner, to: inner, kernel: square(3), norm: `${at}.norm2` },
          { name: `${at}.conv3`, from: inner, to: width, kernel: square(1), norm: `${at}.norm3` },
        );
      } else {
        layers.push(
          { name: `${at}.conv1`, from, to: width, kernel: square(3), norm: `${at}.norm1` },
          { name: `${at}.conv2`, from: width, to: width, kernel: square(3), norm: `${at}.norm2` },
        );
      }
      if (stage > 0 && block === 0)
        layers.push({ name: `${at}.downsample.0`, from, to: width, kernel: square(1), norm: `${at}.downsample.1` });
      from = width;
    }
  });
  layers.push({ name: "conv2", from, to: out, kernel: square(1) });
  return layers.map(convolution);
}

function update(model: RaftModel): Convolution[] {
  const { hidden, context, radius, correlation, flow, motion, head } = WIDTHS[model];
  const looked = LEVELS * (2 * radius + 1) ** 2;
  const state = hidden + context + motion + 2;
  const layers: Convolution[] = correlation.map((to, i) => ({
    name: `encoder.convc${i + 1}`,
    from: i === 0 ? looked : correlation[i - 1],
    to,
    kernel: square(i === 0 ? 1 : 3),
  }));
  layers.push(
    { name: "encoder.convf1", from: 2, to: flow[0], kernel: square(7) },
    { name: "encoder.convf2", from: flow[0], to: flow[1], kernel: square(3) },
    {
      name: "encoder.conv",
      from: correlation[correlation.length - 1] + flow[1],
      to: motion,
      kernel: square(3),
    },
  );
  for (const { suffix, kernel } of GRU_PASSES[model])
    for (const gate of ["z", "r", "q"])
      layers.push({ name: `gru.conv${gate}${suffix}`, from: state, to: hidden, kernel });
  layers.push(
    { name: "flow_head.conv1", from: hidden, to: head, kernel: square(3) },
    { name: "flow_head.conv2", from: head, to: 2, kernel: square(3) },
  );
  if (model === "large")
    layers.push(
      { name: "mask.0", from: hidden, to: 256, kernel: square(3) },
      { name: "mask.2", from: 256, to: 64 * 9, kernel: square(1) },
    );
  return layers.map((c) => ({ ...c, name: `update_block.${c.name}` }));
}

export interface GruPass {
  /** `convz` + suffix names its update gate. */
  readonly suffix: string;
  readonly kernel: Kernel;
}

/** The passes of the recurrent unit: one square one, or a horizontal one and then a vertical one. */
export const GRU_PASSES: Readonly<Record<RaftModel, readonly GruPass[]>> = {
  small: [{ suffix: "", kernel: [3, 3] }],
  large: [
    { suffix: "1", kernel: [1, 5] },
    { suffix: "2", kernel: [5, 1] },
  ],
};

/** Encoders begin as He et al. with the fan-out; what else there is begins as PyTorch's own layers. */
function specs({ name, from, to, kernel, norm }: Convolution, he: boolean): ParameterSpec[] {
  const shape = [to, from, ...kernel];
  const fanIn = from * kernel[0] * kernel[1];
  const out: ParameterSpec[] = [
    {
      name: `${name}.weight`,
      shape,
      initial: (random) => (he ? heFanOut(random, shape) : torchUniform(random, shape, fanIn)),
    },
    { name: `${name}.bias`, shape: [to], initial: (random) => torchUniform(random, [to], fanIn) },
  ];
  if (norm !== undefined)
    out.push(
      { name: `${norm}.weight`, shape: [to], initial: () => ones(to) },
      { name: `${norm}.bias`, shape: [to], initial: () => zeros([to]) },
      { name: `${norm}.running_mean`, shape: [to], initial: () => zeros([to]) },
      { name: `${norm}.running_var`, shape: [to], initial: () => ones(to) },
    );
  return out;
}

/** Normal with variance 2 / fan-out. */
function heFanOut(random: Random, shape: readonly number[]): Value {
  const [out, from, ...kernel] = shape;
  const drawn = kaimingNormal(random, [from, out, ...kernel]);
  return value(drawn.data, shape);
}

function ones(n: number): Value {
  return value(new Float32Array(n).fill(1), [n]);
}
