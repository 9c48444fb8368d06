/** One iteration's update of hidden state and flow (core/update.py of the authors' code). */
import {
  add,
  concat,
  constant,
  conv2d,
  matmul,
  mul,
  relu,
  reshape,
  sigmoid,
  slice,
  sub,
  tanh,
  type Tensor,
  transpose,
} from "../../../engine/index.ts";
import type { Watch } from "./encoder.ts";
import { GRU_PASSES, type GruPass, type RaftModel, WIDTHS } from "./model.ts";
import { convolve, type Parameters, parameter } from "./parameters.ts";

export interface UpdateParts {
  readonly model: RaftModel;
  readonly parameters: Parameters;
  /** What the context adds to each gate, by the gate's name: the same in every iteration. */
  readonly context: Readonly<Record<string, Tensor>>;
  readonly watch: Watch;
}

const BLOCK = "update_block";

/**
 * The part of every gate's convolution that sees the context alone, biases included. A convolution is linear in its
 * channels, so this is done once, not in every iteration.
 * context: [N, context, h, w].
 */
export function contextOfGates(context: Tensor, model: RaftModel, parameters: Parameters): Record<string, Tensor> {
  const { hidden } = WIDTHS[model];
  const out: Record<string, Tensor> = {};
  for (const { suffix, kernel } of GRU_PASSES[model])
    for (const gate of ["z", "r", "q"]) {
      const name = `${gate}${suffix}`;
      const weight = parameter(parameters, `${BLOCK}.gru.conv${name}.weight`);
      out[name] = conv2d(context, channels(weight, hidden, hidden + context.shape[1]), {
        padding: halves(kernel),
        bias: parameter(parameters, `${BLOCK}.gru.conv${name}.bias`),
      });
    }
  return out;
}

/** The filters' input channels from..to. */
function channels(weight: Tensor, from: number, to: number): Tensor {
  const [out, , height, width] = weight.shape;
  return slice(weight, [0, from, 0, 0], [out, to, height, width]);
}

export interface Motion {
  /** Of the looked-up correlation and the flow: [N, motion, h, w]. */
  readonly features: Tensor;
  /** The flow so far, [N, 2, h, w], which goes with them. */
  readonly flow: Tensor;
}

export function motionOf(correlation: Tensor, flow: Tensor, { model, parameters }: UpdateParts): Motion {
  const convolved = (x: Tensor, name: string, padding: number): Tensor =>
    relu(convolve(x, `${BLOCK}.encoder.${name}`, { padding, parameters }));
  const a = WIDTHS[model].correlation.reduce((x, _, i) => convolved(x, `convc${i + 1}`, i === 0 ? 0 : 1), correlation);
  const b = convolved(convolved(flow, "convf1", 3), "convf2", 1);
  return { features: convolved(concat([a, b], 1), "conv", 1), flow };
}

/** The convolutional gated recurrent unit, in one pass or two: the new hidden state. */
export function recur(hidden: Tensor, motion: Motion, parts: UpdateParts): Tensor {
  const passes = GRU_PASSES[parts.model];
  return passes.reduce((h, one, i) => {
    const next = pass(h, motion, { ...parts, ...one });
    if (i < passes.length - 1) parts.watch(`${BLOCK}.gru:horizontal`, next);
    return next;
  }, hidden);
}

/** Convolutions are fastest on channels in sixteens. */
const BLOCK_OF_CHANNELS = 16;

function pass(hidden: Tensor, { features, flow }: Motion, parts: UpdateParts & GruPass): Tensor {
  const { model, parameters, context, suffix, kernel } = parts;
  const padding = halves(kernel);
  const whole = WIDTHS[model].hidden + features.shape[1];
  const rest = (whole + 2) % BLOCK_OF_CHANNELS === 0 ? [features, flow] : [features];
  const gate = (name: string, h: Tensor): Tensor => {
    const weight = parameter(parameters, `${BLOCK}.gru.conv${name}${suffix}.weight`);
    const [from, all] = [WIDTHS[model].hidden, weight.shape[1]];
    const seen = concat([h, ...rest], 1);
    const tail = all - features.shape[1] - 2;
    const own = concat([channels(weight, 0, from), channels(weight, tail, tail + seen.shape[1] - from)], 1);
    const convolved = add(conv2d(seen, own, { padding }), context[`${name}${suffix}`]);
    // Where the flow's two channels would break the sixteens, they are convolved apart.
    return rest.includes(flow) ? convolved : add(convolved, conv2d(flow, channels(weight, all - 2, all), { padding }));
  };
  const z = sigmoid(gate("z", hidden));
  const r = sigmoid(gate("r", hidden));
  const q = tanh(gate("q", mul(r, hidden)));
  return add(mul(sub(1, z), hidden), mul(z, q));
}

/** The zeros on each side that keep the size. */
const halves = ([height, width]: GruPass["kernel"]) => [(height - 1) / 2, (width - 1) / 2] as const;

/** The step of the flow: [N, 2, h, w]. */
export function flowStep(hidden: Tensor, parameters: Parameters): Tensor {
  const inner = relu(convolve(hidden, `${BLOCK}.flow_head.conv1`, { padding: 1, parameters }));
  return convolveToFew(inner, `${BLOCK}.flow_head.conv2`, parameters);
}

/**
 * A 3x3 convolution with few results, for which the usual kernels are slow: each of the nine taps is a 1x1 convolution,
 * and two small products move the taps to their places and add them up.
 */
function convolveToFew(x: Tensor, name: string, parameters: Parameters): Tensor {
  const weight = parameter(parameters, `${name}.weight`);
  const [outputs, inputs] = weight.shape;
  const [n, , height, width] = x.shape;
  const taps = reshape(transpose(weight, [0, 2, 3, 1]), [outputs * 9, inputs, 1, 1]);
  const each = reshape(conv2d(x, taps), [n, outputs, 3, 3, height, width]);
  const rows = reshape(transpose(each, [0, 1, 2, 4, 3, 5]), [n, outputs, 3 * height, 3 * width]);
  const alongWidth = matmul(rows, transpose(shifts(width)));
  return add(matmul(shifts(height), alongWidth), reshape(parameter(parameters, `${name}.bias`), [outputs, 1, 1]));
}

/** [n, 3 * n]: place i is the sum of place i + k - 1 of each part k, and of nothing beyond the border. */
function shifts(n: number): Tensor {
  const out = new Float64Array(n * 3 * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < 3; k++) {
      const from = i + k - 1;
      if (from >= 0 && from < n) out[i * 3 * n + k * n + from] = 1;
    }
  return constant(out, [n, 3 * n]);
}

/** The large network's weights of upsampling before their factor of 0.25: [N, 576, h, w]. */
export function upsamplingMask(hidden: Tensor, parameters: Parameters): Tensor {
  const inner = relu(convolve(hidden, `${BLOCK}.mask.0`, { padding: 1, parameters }));
  return convolve(inner, `${BLOCK}.mask.2`, { parameters });
}
