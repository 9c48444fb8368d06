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
  size,
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
  /** What the context adds to the gates, by their names: the same in every iteration. */
  readonly context: Readonly<Record<string, Tensor>>;
  /** `filtersOfGates` */
  readonly filters: Readonly<Record<string, Tensor>>;
  readonly watch: Watch;
}

const BLOCK = "update_block";

/** Gates whose convolutions see the same channels, and are done as one: update and reset, then the candidate. */
const GATES = ["zr", "q"] as const;

/**
 * The part of the gates' convolutions that sees the context alone, biases included. A convolution is linear in its
 * channels, so this is done once, not in every iteration.
 * context: [N, context, h, w].
 */
export function contextOfGates(context: Tensor, model: RaftModel, parameters: Parameters): Record<string, Tensor> {
  const { hidden } = WIDTHS[model];
  const out: Record<string, Tensor> = {};
  for (const { suffix, kernel } of GRU_PASSES[model])
    for (const gates of GATES) {
      const own = (part: string): Tensor =>
        ofGates(gates, (gate) => `${BLOCK}.gru.conv${gate}${suffix}.${part}`, parameters);
      out[`${gates}${suffix}`] = conv2d(context, channels(own("weight"), hidden, hidden + context.shape[1]), {
        padding: halves(kernel),
        bias: own("bias"),
      });
    }
  return out;
}

/** The gates' filters without the context's channels, filled up as what they see: the same in every iteration. */
export function filtersOfGates(model: RaftModel, parameters: Parameters): Record<string, Tensor> {
  const { hidden, context } = WIDTHS[model];
  const out: Record<string, Tensor> = {};
  for (const { suffix } of GRU_PASSES[model])
    for (const gates of GATES) {
      const whole = ofGates(gates, (gate) => `${BLOCK}.gru.conv${gate}${suffix}.weight`, parameters);
      const seen = [channels(whole, 0, hidden), channels(whole, hidden + context, whole.shape[1])];
      out[`${gates}${suffix}`] = filled(seen);
    }
  return out;
}

/** The parameters of several gates, one behind the other. */
function ofGates(gates: string, name: (gate: string) => string, parameters: Parameters): Tensor {
  const each = [...gates].map((gate) => parameter(parameters, name(gate)));
  return each.length === 1 ? each[0] : concat(each, 0);
}

/** The filters' input channels from..to. */
function channels(weight: Tensor, from: number, to: number): Tensor {
  const [out, , height, width] = weight.shape;
  return slice(weight, [0, from, 0, 0], [out, to, height, width]);
}

/** Convolutions are fastest on channels in sixteens: parts are that wide, or filled up with zeros. */
const BLOCK_OF_CHANNELS = 16;

export interface Motion {
  /** Features of the looked-up correlation and the flow so far: [N, motion, h, w]. */
  readonly features: Tensor;
  /** The flow itself, [N, 2, h, w], which goes with them. */
  readonly flow: Tensor;
}

export function motionOf(correlation: Tensor, flow: Tensor, { model, parameters }: UpdateParts): Motion {
  const convolved = (x: Tensor, name: string, padding: number): Tensor =>
    relu(convolve(x, `${BLOCK}.encoder.${name}`, { padding, parameters }));
  const a = WIDTHS[model].correlation.reduce((x, _, i) => convolved(x, `convc${i + 1}`, i === 0 ? 0 : 1), correlation);
  const b = convolved(convolved(flow, "convf1", 3), "convf2", 1);
  return { features: convolved(concat([a, b], 1), "conv", 1), flow };
}

/** Both as the recurrent unit takes them: in one part, or the flow apart where the features fill their sixteens. */
function motionParts({ features, flow }: Motion): readonly Tensor[] {
  const channels = features.shape[1];
  return channels % BLOCK_OF_CHANNELS === 0 ? [features, filled([flow])] : [filled([features, flow])];
}

const zeros = (shape: readonly number[]): Tensor => constant(new Float32Array(size(shape)), shape);

/** One behind the other, and zeros up to the next sixteen. */
function filled(parts: readonly Tensor[]): Tensor {
  const [n, , height, width] = parts[0].shape;
  const spare = -parts.reduce((sum, x) => sum + x.shape[1], 0) & (BLOCK_OF_CHANNELS - 1);
  return concat(spare === 0 ? parts : [...parts, zeros([n, spare, height, width])], 1);
}

/** The convolutional gated recurrent unit, in one pass or two: the new hidden state. */
export function recur(hidden: Tensor, motion: Motion, parts: UpdateParts): Tensor {
  const passes = GRU_PASSES[parts.model];
  const seen = motionParts(motion);
  return passes.reduce((h, one, i) => {
    const next = pass(h, seen, { ...parts, ...one });
    if (i < passes.length - 1) parts.watch(`${BLOCK}.gru:horizontal`, next);
    return next;
  }, hidden);
}

function pass(hidden: Tensor, motion: readonly Tensor[], parts: UpdateParts & GruPass): Tensor {
  const { filters, context, suffix, kernel } = parts;
  const width = hidden.shape[1];
  const gate = (gates: (typeof GATES)[number], h: Tensor): Tensor => {
    const name = `${gates}${suffix}`;
    return add(conv2d(concat([h, ...motion], 1), filters[name], { padding: halves(kernel) }), context[name]);
  };
  const zr = sigmoid(gate("zr", hidden));
  const [n, , height, wide] = hidden.shape;
  const z = slice(zr, [0, 0, 0, 0], [n, width, height, wide]);
  const r = slice(zr, [0, width, 0, 0], [n, 2 * width, height, wide]);
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
