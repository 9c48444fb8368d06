/** The programs of a backbone: a whole training step (forward, backward, AdamW), and the forward pass alone. */
import { CLASSES } from "../contract/classes.ts";
import {
  adamW,
  clipByNorm,
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

/** What a program sees of a batch. */
export interface BatchShape {
  readonly backbone: Backbone;
  readonly shape: InputShape;
  /** Samples of the batch: exactly so many, since a batch norm would notice rows that only fill up. */
  readonly batch: number;
}

export interface UpdateRule {
  readonly weightDecay: number;
  /** The gradients' joint norm is at most this; null: as they are. */
  readonly clip: number | null;
}

export interface TrainingProgram extends BatchShape, UpdateRule {
  /** Source datasets. */
  readonly domains: number;
}

/** The backbone's parameters and those of the attention; AdamW's two moments have the same shapes. */
export function trainedParameters(backbone: Backbone, shape: InputShape): ParameterSpec[] {
  return [...backbone.parameters(shape), ...attentionParameters(backbone.features)];
}

/** Everything that a trained network is made of: what was trained, and the running statistics. */
export function networkTensors(backbone: Backbone, shape: InputShape): ParameterSpec[] {
  return [...trainedParameters(backbone, shape), ...backbone.statistics];
}

/** Names of state tensors: what goes into a step under a name comes out of it under the same. */
export const stateName = {
  /** Of a parameter or a running statistic. */
  parameter: (name: string) => `model.${name}`,
  mean: (name: string) => `adam.mean.${name}`,
  variance: (name: string) => `adam.variance.${name}`,
} as const;

/** One named input a spec, and the same tensors by their own names. */
export function stateInputs(specs: readonly ParameterSpec[], name: (parameter: string) => string) {
  const tensors = specs.map((spec) => input(name(spec.name), spec.shape));
  return { tensors, named: Object.fromEntries(specs.map((spec, i) => [spec.name, tensors[i]])) };
}

/** Under their state names: the running statistics that a forward pass in training gives. */
export function statisticsOutputs(statistics: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(statistics).map(([name, x]) => [stateName.parameter(name), x]));
}

/**
 * AdamW on gradients: its inputs are the parameters, their moments, `rate` (the learning rate) and `step` (1 for the
 * first), scalars; its outputs the new parameters and moments under the same names.
 */
export function updateOf(
  specs: readonly ParameterSpec[],
  params: readonly Tensor[],
  { weightDecay, clip }: UpdateRule,
) {
  const mean = stateInputs(specs, stateName.mean).tensors;
  const variance = stateInputs(specs, stateName.variance).tensors;
  const [rate, step] = [input("rate", []), input("step", [])];
  return {
    inputs: [...mean, ...variance, rate, step],
    outputs: (gradients: readonly Tensor[]): Record<string, Tensor> => {
      const grads = clip === null ? gradients : clipByNorm(gradients, clip);
      const next = adamW({ params, grads, state: { mean, variance }, lr: rate, step }, { weightDecay });
      const outputs: Record<string, Tensor> = {};
      specs.forEach(({ name }, i) => {
        outputs[stateName.parameter(name)] = next.params[i];
        outputs[stateName.mean(name)] = next.state.mean[i];
        outputs[stateName.variance(name)] = next.state.variance[i];
      });
      return outputs;
    },
  };
}

/**
 * One step of training. Inputs beside the state: `x` [B, C, H, W]; `targets` [B, 3], one-hot / (samples of the batch),
 * so that their cross-entropies sum to the mean; `members` [B, G] and `absent` [G] as in brl.ts; scalars `ce`, `brl`
 * (the losses' weights), `rate` and `step`. Outputs beside the new state: `loss`, `crossEntropy`, `regularizer`
 * (scalars), `logits` [B, 3], `attention` [B].
 */
export function trainingProgram(options: TrainingProgram): Program {
  const { backbone, shape, batch, domains } = options;
  const specs = trainedParameters(backbone, shape);
  const params = stateInputs(specs, stateName.parameter);
  const statistics = stateInputs(backbone.statistics, stateName.parameter);
  const update = updateOf(specs, params.tensors, options);

  const x = input("x", [batch, ...shape]);
  const targets = input("targets", [batch, CLASSES.length]);
  const members = input("members", [batch, domains]);
  const absent = input("absent", [domains]);
  const weights = { ce: input("ce", []), brl: input("brl", []) };

  const named = { ...params.named, ...statistics.named };
  const { features, logits, statistics: kept } = backbone.forward(x, named, "training");
  const a = attention(features, named);
  const crossEntropy = reduceSum(softmaxCrossEntropy(logits, targets));
  const regularizer = brlLoss(a, { members, absent });
  const loss = combinedLoss({ ce: crossEntropy, brl: regularizer }, weights);
  return program({
    inputs: [
      ...params.tensors,
      ...statistics.tensors,
      ...update.inputs,
      x,
      targets,
      members,
      absent,
      weights.ce,
      weights.brl,
    ],
    outputs: {
      ...update.outputs(grad(loss, params.tensors)),
      ...statisticsOutputs(kept),
      loss,
      crossEntropy,
      regularizer,
      logits,
      attention: a,
    },
  });
}

/** Inputs: the backbone's parameters and statistics by stateName.parameter, and `x` [B, C, H, W]. Output: `logits` [B, 3]. */
export function forwardProgram({ backbone, shape, batch }: BatchShape): Program {
  const { tensors, named } = stateInputs([...backbone.parameters(shape), ...backbone.statistics], stateName.parameter);
  const x = input("x", [batch, ...shape]);
  const { logits } = backbone.forward(x, named, "inference");
  return program({ inputs: [...tensors, x], outputs: { logits } });
}
