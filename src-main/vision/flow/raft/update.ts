/** One iteration's update of hidden state and flow (core/update.py of the authors' code). */
import { add, concat, conv2d, mul, relu, sigmoid, slice, sub, tanh, type Tensor } from "../../../engine/index.ts";
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
        padding: [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2],
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

/** Features of the looked-up correlation and the flow so far, with the flow itself: [N, motion + 2, h, w]. */
export function motionFeatures(correlation: Tensor, flow: Tensor, { model, parameters }: UpdateParts): Tensor {
  const convolved = (x: Tensor, name: string, padding: number): Tensor =>
    relu(convolve(x, `${BLOCK}.encoder.${name}`, { padding, parameters }));
  const a = WIDTHS[model].correlation.reduce((x, _, i) => convolved(x, `convc${i + 1}`, i === 0 ? 0 : 1), correlation);
  const b = convolved(convolved(flow, "convf1", 3), "convf2", 1);
  return concat([convolved(concat([a, b], 1), "conv", 1), flow], 1);
}

/** The convolutional gated recurrent unit, in one pass or two: the new hidden state. */
export function recur(hidden: Tensor, motion: Tensor, parts: UpdateParts): Tensor {
  const passes = GRU_PASSES[parts.model];
  return passes.reduce((h, one, i) => {
    const next = pass(h, motion, { ...parts, ...one });
    if (i < passes.length - 1) parts.watch(`${BLOCK}.gru:horizontal`, next);
    return next;
  }, hidden);
}

function pass(hidden: Tensor, motion: Tensor, parts: UpdateParts & GruPass): Tensor {
  const { model, parameters, context, suffix, kernel } = parts;
  const width = WIDTHS[model].hidden;
  const padding = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2] as const;
  const gate = (name: string, h: Tensor): Tensor => {
    const weight = parameter(parameters, `${BLOCK}.gru.conv${name}${suffix}.weight`);
    const own = concat(
      [channels(weight, 0, width), channels(weight, weight.shape[1] - motion.shape[1], weight.shape[1])],
      1,
    );
    return add(conv2d(concat([h, motion], 1), own, { padding }), context[`${name}${suffix}`]);
  };
  const z = sigmoid(gate("z", hidden));
  const r = sigmoid(gate("r", hidden));
  const q = tanh(gate("q", mul(r, hidden)));
  return add(mul(sub(1, z), hidden), mul(z, q));
}

/** The step of the flow: [N, 2, h, w]. */
export function flowStep(hidden: Tensor, parameters: Parameters): Tensor {
  const inner = relu(convolve(hidden, `${BLOCK}.flow_head.conv1`, { padding: 1, parameters }));
  return convolve(inner, `${BLOCK}.flow_head.conv2`, { padding: 1, parameters });
}

/** The large network's weights of upsampling before their factor of 0.25: [N, 576, h, w]. */
export function upsamplingMask(hidden: Tensor, parameters: Parameters): Tensor {
  const inner = relu(convolve(hidden, `${BLOCK}.mask.0`, { padding: 1, parameters }));
  return convolve(inner, `${BLOCK}.mask.2`, { parameters });
}
