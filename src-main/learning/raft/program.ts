/**
 * One training step of RAFT as one program: forward, sequence loss, backward, clipping, AdamW (Teed and Deng, "RAFT:
 * Recurrent All-Pairs Field Transforms for Optical Flow", ECCV 2020, section 3.3). The loss is taken on the eighth grid,
 * where the truth is known exactly, instead of on its interpolation to pixels: the same minimum, a sixtieth of the work.
 */
import {
  abs,
  add,
  adamW,
  clipByNorm,
  constant,
  div,
  grad,
  input,
  mean,
  mul,
  type Program,
  program,
  reduceSum,
  relu,
  slice,
  softmaxCrossEntropy,
  sqrt,
  square,
  sub,
  type Tensor,
  transpose,
} from "../../engine/index.ts";
import { parametersOf, WIDTHS } from "../../vision/flow/raft/model.ts";
import { raftForward } from "../../vision/flow/raft/network.ts";
import { CELL } from "../../vision/flow/raft/upsample.ts";

/** The one network that is trained here. */
export const MODEL = "small";

export interface RaftTrainingShape {
  /** Pairs a step. */
  readonly batch: number;
  /** Pixels, a multiple of 8. */
  readonly side: number;
  readonly iterations: number;
  /** Weight of an iteration's error relative to the next one's. */
  readonly gamma: number;
  readonly weightDecay: number;
  /** Longest joint gradient. */
  readonly clip: number;
  /** Weight of the matching loss beside the sequence loss. */
  readonly matching: number;
}

export const stateNames = {
  parameter: (name: string) => `parameter.${name}`,
  mean: (name: string) => `mean.${name}`,
  variance: (name: string) => `variance.${name}`,
  average: (name: string) => `average.${name}`,
} as const;

/**
 * Inputs: `first`, `second` [N, 3, side, side] 0..255; `truth` [N, 2, side / 8, side / 8] in places of the grid; `lr`,
 * `step` (from 1), `blend` (the share of the new parameters in their running average), and the state. Outputs: the new
 * state under the same names; `loss`, `matching` (its part that teaches the features), and `error`, the last iteration's
 * mean end-point error, in pixels of the network.
 */
export function raftTrainingProgram(shape: RaftTrainingShape): Program {
  const { batch, side, iterations } = shape;
  const grid = side / CELL;
  const first = input("first", [batch, 3, side, side]);
  const second = input("second", [batch, 3, side, side]);
  const truth = input("truth", [batch, 2, grid, grid]);
  const lr = input("lr", []);
  const step = input("step", []);
  const blend = input("blend", []);
  const specs = parametersOf(MODEL);
  const slot = (kind: keyof typeof stateNames): Tensor[] =>
    specs.map((spec) => input(stateNames[kind](spec.name), spec.shape));
  const [params, means, variances] = [slot("parameter"), slot("mean"), slot("variance")];
  const averages = slot("average");

  const looked: Tensor[] = [];
  const { low } = raftForward({
    model: MODEL,
    images: [first, second],
    parameters: Object.fromEntries(specs.map(({ name }, i) => [name, params[i]])),
    iterations,
    watch: (stage, tensor) => {
      if (stage === "update_block.encoder:corr/iteration1") looked.push(tensor);
    },
  });
  const sequence = sequenceLoss(low, truth, shape.gamma);
  const matching = matchingLoss(looked[0], truth);
  const loss = add(sequence, mul(matching, shape.matching));
  const grads = clipByNorm(grad(loss, params), shape.clip);
  const next = adamW(
    { params, grads, state: { mean: means, variance: variances }, lr, step },
    { weightDecay: shape.weightDecay },
  );
  const outputs: Record<string, Tensor> = {
    loss,
    matching,
    error: endPoint(low[iterations - 1], truth),
  };
  specs.forEach(({ name }, i) => {
    outputs[stateNames.parameter(name)] = next.params[i];
    outputs[stateNames.mean(name)] = next.state.mean[i];
    outputs[stateNames.variance(name)] = next.state.variance[i];
    outputs[stateNames.average(name)] = add(averages[i], mul(blend, sub(next.params[i], averages[i])));
  });
  const state = [...params, ...means, ...variances, ...averages];
  return program({ inputs: [first, second, truth, lr, step, blend, ...state], outputs });
}

/** Pixels of the network: what is added to a pair's mean motion before its error is divided by it. */
const TOLERANCE = 0.25;

/**
 * Mean absolute error of each iteration, in pixels, later ones weighing more. A pair weighs the less, the more it moves:
 * else the long motions' errors would drown those of the small ones, which matter here.
 */
function sequenceLoss(flows: readonly Tensor[], truth: Tensor, gamma: number): Tensor {
  const length = mul(mean(abs(truth), [1, 2, 3], true), CELL);
  const weight = div(1, add(length, TOLERANCE));
  return flows
    .map((flow, k) => mul(mean(mul(abs(sub(flow, truth)), weight)), CELL * gamma ** (flows.length - 1 - k)))
    .reduce((sum, term) => add(sum, term));
}

/** Channels last. */
const last = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);

/**
 * Cross-entropy of each place's first looked-up correlations, as a choice among the 7 x 7 places around, against the
 * four places between which the point has truly gone. It teaches the features directly, long before the update can read them.
 */
function matchingLoss(correlation: Tensor, truth: Tensor): Tensor {
  const [n, , h, w] = correlation.shape;
  const span = 2 * WIDTHS[MODEL].radius + 1;
  const finest = slice(correlation, [0, 0, 0, 0], [n, span * span, h, w]);
  const steps = Array.from({ length: span * span }, (_, i) => i);
  const share = (part: 0 | 1, step: (i: number) => number): Tensor => {
    const moved = slice(truth, [0, part, 0, 0], [n, part + 1, h, w]);
    const places = steps.map((i) => step(i) - WIDTHS[MODEL].radius);
    return relu(sub(1, abs(sub(moved, constant(places, [1, span * span, 1, 1])))));
  };
  const target = mul(
    share(0, (i) => Math.floor(i / span)),
    share(1, (i) => i % span),
  );
  return mean(softmaxCrossEntropy(last(finest), last(target)));
}

function endPoint(flow: Tensor, truth: Tensor): Tensor {
  const squares = reduceSum(square(sub(flow, truth)), [1]);
  return mul(mean(sqrt(squares)), CELL);
}
