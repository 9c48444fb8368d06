/**
 * Training a batch in pieces that fit a small memory: the gradients of the pieces are summed, then AdamW takes one step.
 * L_BRL needs the attention of the whole batch before any gradient of it is known. But once the datasets with the largest
 * and the smallest mean are known, L_BRL is linear in the attention weights: sum_n pull_n a_n, where pull_n is
 * 1 / (samples of the dataset) for the largest, - 1 / (...) for the smallest and 0 else. So a first pass over the pieces
 * gives the attention weights, and a second one the gradients, which are those of the whole batch.
 */
import { CLASSES } from "../contract/classes.ts";
import {
  add,
  grad,
  input,
  mul,
  type Program,
  program,
  reduceSum,
  softmaxCrossEntropy,
  type Tensor,
} from "../engine/index.ts";
import { attention } from "./brl.ts";
import {
  type BatchShape,
  stateInputs,
  stateName,
  statisticsOutputs,
  trainedParameters,
  type UpdateRule,
  updateOf,
} from "./programs.ts";

/** The name under which a parameter's summed gradient goes in and comes out. */
export const sumName = (parameter: string): string => `sum.${parameter}`;

function forwardInTraining({ backbone, shape, batch }: BatchShape) {
  const params = stateInputs(trainedParameters(backbone, shape), stateName.parameter);
  const statistics = stateInputs(backbone.statistics, stateName.parameter);
  const named = { ...params.named, ...statistics.named };
  const x = input("x", [batch, ...shape]);
  const forward = backbone.forward(x, named, "training");
  return {
    inputs: [...params.tensors, ...statistics.tensors, x],
    params: params.tensors,
    forward,
    a: attention(forward.features, named),
  };
}

/** Inputs: parameters, statistics, `x`. Output: `attention` [B], as a pass in training gives it. */
export function attentionProgram(piece: BatchShape): Program {
  const { inputs, a } = forwardInTraining(piece);
  // The classifier plays no part here.
  const { nodes } = program({ inputs: [], outputs: { a } });
  return program({ inputs: inputs.filter((node) => nodes.includes(node)), outputs: { attention: a } });
}

/**
 * One piece. Inputs: parameters, statistics, the sums of gradients so far, `x`, `targets` (one-hot / samples of the
 * whole batch), `pull` [B], the scalars `ce` and `brl`. Outputs: the new sums and statistics, `loss` and `crossEntropy`
 * (the piece's share of the batch's), `logits` and `attention`.
 */
export function pieceProgram(piece: BatchShape): Program {
  const specs = trainedParameters(piece.backbone, piece.shape);
  const { inputs, params, forward, a } = forwardInTraining(piece);
  const sums = stateInputs(specs, sumName).tensors;
  const targets = input("targets", [piece.batch, CLASSES.length]);
  const pull = input("pull", [piece.batch]);
  const [ce, brl] = [input("ce", []), input("brl", [])];
  const crossEntropy = reduceSum(softmaxCrossEntropy(forward.logits, targets));
  const loss = add(mul(ce, crossEntropy), mul(brl, reduceSum(mul(pull, a))));
  const outputs: Record<string, Tensor> = {
    ...statisticsOutputs(forward.statistics),
    loss,
    crossEntropy,
    logits: forward.logits,
    attention: a,
  };
  grad(loss, params).forEach((gradient, i) => (outputs[sumName(specs[i].name)] = add(sums[i], gradient)));
  return program({ inputs: [...inputs, ...sums, targets, pull, ce, brl], outputs });
}

/** AdamW alone. Inputs: parameters, moments, the sums of gradients, `rate`, `step`. Outputs: new parameters and moments. */
export function updateProgram({ backbone, shape }: Omit<BatchShape, "batch">, rule: UpdateRule): Program {
  const specs = trainedParameters(backbone, shape);
  const params = stateInputs(specs, stateName.parameter).tensors;
  const sums = stateInputs(specs, sumName).tensors;
  const update = updateOf(specs, params, rule);
  return program({ inputs: [...params, ...update.inputs, ...sums], outputs: update.outputs(sums) });
}
