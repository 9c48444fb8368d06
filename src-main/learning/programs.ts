/** The two programs of a backbone: a whole training step (forward, backward, AdamW), and the forward pass alone. */
import { CLASSES } from "../contract/classes.ts";
import {
  adamW,
  grad,
  input,
  type Program,
  program,
  reduceSum,
  softmaxCrossEntropy,
  type Tensor,
} from "../engine/index.ts";
import type { Backbone, InputShape, ParameterSpec } from "./backbones/backbone.ts";
import { attention, attentionParameters, brlLoss, combinedLoss } from "./brl.ts";

export interface TrainingProgram {
  readonly backbone: Backbone;
  readonly shape: InputShape;
  /** Rows of a batch; a smaller batch fills up with rows whose targets and memberships are zero. */
  readonly batch: number;
  /** Source datasets. */
  readonly domains: number;
  readonly lr: number;
  readonly weightDecay: number;
}

/** The backbone's parameters and those of the attention; AdamW's two moments have the same shapes. */
export function trainedParameters(backbone: Backbone, shape: InputShape): ParameterSpec[] {
  return [...backbone.parameters(shape), ...attentionParameters(backbone.features)];
}

/** Names of state tensors: what goes into a step under a name comes out of it under the same. */
export const stateName = {
  parameter: (name: string) => `model.${name}`,
  mean: (name: string) => `adam.mean.${name}`,
  variance: (name: string) => `adam.variance.${name}`,
} as const;

/**
 * One step of training. Inputs beside the state: `x` [B, C, H, W]; `targets` [B, 3], one-hot / (samples of the batch),
 * so that their cross-entropies sum to the mean; `members` [B, G] and `absent` [G] as in brl.ts; scalars `ce`, `brl`
 * (the losses' weights) and `step` (1 for the first). Outputs beside the new state: `loss`, `crossEntropy`, `regularizer`
 * (scalars), `logits` [B, 3], `attention` [B].
 */
export function trainingProgram(options: TrainingProgram): Program {
  const { backbone, shape, batch, domains, lr, weightDecay } = options;
  const specs = trainedParameters(backbone, shape);
  const inputs = (name: (parameter: string) => string) => specs.map((spec) => input(name(spec.name), spec.shape));
  const params = inputs(stateName.parameter);
  const state = { mean: inputs(stateName.mean), variance: inputs(stateName.variance) };

  const x = input("x", [batch, ...shape]);
  const targets = input("targets", [batch, CLASSES.length]);
  const members = input("members", [batch, domains]);
  const absent = input("absent", [domains]);
  const weights = { ce: input("ce", []), brl: input("brl", []) };
  const step = input("step", []);

  const named = Object.fromEntries(specs.map((spec, i) => [spec.name, params[i]]));
  const { features, logits } = backbone.forward(x, named);
  const a = attention(features, named);
  const crossEntropy = reduceSum(softmaxCrossEntropy(logits, targets));
  const regularizer = brlLoss(a, { members, absent });
  const loss = combinedLoss({ ce: crossEntropy, brl: regularizer }, weights);
  const next = adamW({ params, grads: grad(loss, params), state, lr, step }, { weightDecay });

  const outputs: Record<string, Tensor> = { loss, crossEntropy, regularizer, logits, attention: a };
  specs.forEach(({ name }, i) => {
    outputs[stateName.parameter(name)] = next.params[i];
    outputs[stateName.mean(name)] = next.state.mean[i];
    outputs[stateName.variance(name)] = next.state.variance[i];
  });
  return program({
    inputs: [...params, ...state.mean, ...state.variance, x, targets, members, absent, weights.ce, weights.brl, step],
    outputs,
  });
}

/** Inputs: the backbone's parameters by stateName.parameter, and `x` [B, C, H, W]. Output: `logits` [B, 3]. */
export function forwardProgram(options: Pick<TrainingProgram, "backbone" | "shape" | "batch">): Program {
  const { backbone, shape, batch } = options;
  const specs = backbone.parameters(shape);
  const params = specs.map((spec) => input(stateName.parameter(spec.name), spec.shape));
  const x = input("x", [batch, ...shape]);
  const { logits } = backbone.forward(x, Object.fromEntries(specs.map((spec, i) => [spec.name, params[i]])));
  return program({ inputs: [...params, x], outputs: { logits } });
}
