/** One step of training on a batch, as one program or in pieces; the state goes in and a new one comes out. */
import { Random, type Value, zeros } from "../../engine/index.ts";
import { type BatchShape, networkTensors, stateName, trainedParameters } from "../programs.ts";
import { stepInPieces } from "./step/in-pieces.ts";
import type { State, StepOptions, TrainingStep } from "./step/types.ts";
import { wholeStep } from "./step/whole.ts";

export type { State } from "./step/types.ts";

/** First weights, each tensor from a stream of its own unless `given` by its name; moments at zero. */
export function initialState(
  { backbone, shape }: Pick<BatchShape, "backbone" | "shape">,
  seed: number,
  given: ReadonlyMap<string, Value> = new Map(),
): State {
  const state = new Map<string, Value>();
  for (const { name, shape: own, initial } of networkTensors(backbone, shape))
    state.set(stateName.parameter(name), given.get(name) ?? initial(new Random(seed).split(`initial/${name}`), own));
  for (const { name, shape: own } of trainedParameters(backbone, shape)) {
    state.set(stateName.mean(name), zeros(own));
    state.set(stateName.variance(name), zeros(own));
  }
  return state;
}

export function createStep(options: StepOptions): TrainingStep {
  return options.piece === null ? wholeStep(options) : stepInPieces({ ...options, piece: options.piece });
}
