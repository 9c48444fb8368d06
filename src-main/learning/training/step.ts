/** One step of training on a batch, as one program or in pieces; the state goes in and a new one comes out. */
import { Random, type Value, zeros } from "../../engine/index.ts";
import { type BatchShape, networkTensors, stateName, trainedParameters } from "../programs.ts";
import type { Parameters } from "../predict.ts";
import { stepInPieces } from "./step/in-pieces.ts";
import type { State, StepOptions, TrainingStep } from "./step/types.ts";
import { wholeStep } from "./step/whole.ts";

export type { State } from "./step/types.ts";

type Network = Pick<BatchShape, "backbone" | "shape">;

/** First weights and running statistics by their own names, each tensor from a stream of its own. */
export function initialParameters({ backbone, shape }: Network, seed: number, given: Parameters = new Map()) {
  const parameters = new Map<string, Value>();
  for (const { name, shape: own, initial } of networkTensors(backbone, shape))
    parameters.set(name, given.get(name) ?? initial(new Random(seed).split(`initial/${name}`), own));
  return parameters;
}

/** First weights, from the seed unless `given` by their names; moments at zero. */
export function initialState({ backbone, shape }: Network, seed: number, given?: Parameters): State {
  const state = new Map<string, Value>();
  for (const [name, tensor] of initialParameters({ backbone, shape }, seed, given))
    state.set(stateName.parameter(name), tensor);
  for (const { name, shape: own } of trainedParameters(backbone, shape)) {
    state.set(stateName.mean(name), zeros(own));
    state.set(stateName.variance(name), zeros(own));
  }
  return state;
}

export function createStep(options: StepOptions): TrainingStep {
  return options.piece === null ? wholeStep(options) : stepInPieces({ ...options, piece: options.piece });
}
