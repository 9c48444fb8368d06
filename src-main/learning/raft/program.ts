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
  grad,
  input,
  mean,
  mul,
  type Program,
  program,
  reduceSum,
  sqrt,
  square,
  sub,
  type Tensor,
} from "../../engine/index.ts";
import { parametersOf } from "../../vision/flow/raft/model.ts";
import { raftForward } from "../../vision/flow/raft/network.ts";

/** The one network that is trained here. */
export const MODEL = "small";
const CELL = 8;

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
}

export const stateNames = {
  parameter: (name: string) => `parameter.${name}`,
  mean: (name: string) => `mean.${name}`,
  variance: (name: string) => `variance.${name}`,
} as const;

/**
 * Inputs: `first`, `second` [N, 3, side, side] 0..255; `truth` [N, 2, side / 8, side / 8] in places of the grid; `lr`,
 * `step` (from 1), and the state. Outputs: the new state under the same names; `loss` and `error`, the last
 * iteration's mean end-point error, in pixels of the network.
 */
export function raftTrainingProgram(shape: RaftTrainingShape): Program {
  const { batch, side, iterations } = shape;
  const grid = side / CELL;
  const first = input("first", [batch, 3, side, side]);
  const second = input("second", [batch, 3, side, side]);
  const truth = input("truth", [batch, 2, grid, grid]);
  const lr = input("lr", []);
  const step = input("step", []);
  const specs = parametersOf(MODEL);
  const slot = (kind: keyof typeof stateNames): Tensor[] =>
    specs.map((spec) => input(stateNames[kind](spec.name), spec.shape));
  const [params, means, variances] = [slot("parameter"), slot("mean"), slot("variance")];

  const { low } = raftForward({
    model: MODEL,
    images: [first, second],
    parameters: Object.fromEntries(specs.map(({ name }, i) => [name, params[i]])),
    iterations,
  });
  const loss = sequenceLoss(low, truth, shape.gamma);
  const grads = clipByNorm(grad(loss, params), shape.clip);
  const next = adamW(
    { params, grads, state: { mean: means, variance: variances }, lr, step },
    { weightDecay: shape.weightDecay },
  );
  const outputs: Record<string, Tensor> = { loss, error: endPoint(low[iterations - 1], truth) };
  specs.forEach(({ name }, i) => {
    outputs[stateNames.parameter(name)] = next.params[i];
    outputs[stateNames.mean(name)] = next.state.mean[i];
    outputs[stateNames.variance(name)] = next.state.variance[i];
  });
  return program({ inputs: [first, second, truth, lr, step, ...params, ...means, ...variances], outputs });
}

/** Mean absolute error of each iteration, in pixels, later ones weighing more. */
function sequenceLoss(flows: readonly Tensor[], truth: Tensor, gamma: number): Tensor {
  return flows
    .map((flow, k) => mul(mean(abs(sub(flow, truth))), CELL * gamma ** (flows.length - 1 - k)))
    .reduce((sum, term) => add(sum, term));
}

function endPoint(flow: Tensor, truth: Tensor): Tensor {
  const squares = reduceSum(square(sub(flow, truth)), [1]);
  return mul(mean(sqrt(squares)), CELL);
}
