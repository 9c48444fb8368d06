/**
 * Optimisers as graph builders: parameters, gradients and state in, new parameters and state out, so that forward,
 * backward and update are one program whose outputs are fed back as inputs.
 * Semantics are PyTorch's: SGD with momentum, Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019).
 */
import { add, div, exp, maximum, minimum, mul, neg, square, sqrt, sub } from "./build/elementwise.ts";
import type { Operand } from "./build/leaves.ts";
import { reduceSum } from "./build/reduce.ts";
import type { Tensor } from "./graph.ts";

export interface Slots {
  /** One tensor a parameter for each of the optimiser's moments, of the parameter's shape; zeros at the start. */
  readonly [moment: string]: readonly Tensor[];
}

export interface Update {
  readonly params: readonly Tensor[];
  readonly grads: readonly Tensor[];
  readonly state: Slots;
  /** Learning rate, a number or a scalar input. */
  readonly lr: Operand;
}

export interface Updated {
  readonly params: readonly Tensor[];
  readonly state: Slots;
}

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/**
 * One AdamW step: weight decay is decoupled from the gradient (p shrinks by lr * weightDecay).
 * state: { mean, variance }, both without their factors 1 - beta: the sums of past gradients, and of their squares, that
 * shrink by beta at each step. step: the number of this step as a float32 scalar, 1 for the first.
 */
export function adamW(update: Update & { readonly step: Tensor }, options: AdamOptions = {}): Updated {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const { params, grads, state, lr, step } = update;
  const correction1 = sub(1, exp(mul(step, Math.log(beta1))));
  const correction2 = sub(1, exp(mul(step, Math.log(beta2))));
  // p - rate * mean / (root + floor), root = sqrt(variance), written so that few passes touch the tensors: the moments
  // are kept without their factors 1 - beta, each step is one product and one sum, and the rate goes into the divisor.
  const scale = div(sqrt(div(correction2, 1 - beta2)), div(correction1, 1 - beta1));
  // A rate of 0 is no divisor; what 1e-30 moves is lost in rounding.
  const rate = neg(maximum(mul(lr, scale), 1e-30));
  const [slope, floor] = [div(1, rate), div(mul(sqrt(div(correction2, 1 - beta2)), epsilon), rate)];
  const decay = sub(1, mul(lr, weightDecay));

  const variance = grads.map((g, i) => add(mul(beta2, state.variance[i]), square(g)));
  const mean = grads.map((g, i) => add(mul(beta1, state.mean[i]), g));
  const next = params.map((p, i) => {
    const move = div(mean[i], add(mul(slope, sqrt(variance[i])), floor));
    return add(weightDecay === 0 ? p : mul(decay, p), move);
  });
  return { params: next, state: { mean, variance } };
}

/** One Adam step, with L2 regularisation in the gradient where `weightDecay` is not 0. state and step as for adamW. */
export function adam(update: Update & { readonly step: Tensor }, options: AdamOptions = {}): Updated {
  const { weightDecay = 0, ...rest } = options;
  return adamW({ ...update, grads: regularised(update, weightDecay) }, { ...rest, weightDecay: 0 });
}

export interface SgdOptions {
  readonly momentum?: number;
  readonly weightDecay?: number;
}

/** One step of stochastic gradient descent. state: { velocity } with momentum, {} without. */
export function sgd(update: Update, { momentum = 0, weightDecay = 0 }: SgdOptions = {}): Updated {
  const grads = regularised(update, weightDecay);
  const velocity = momentum === 0 ? grads : grads.map((g, i) => add(mul(momentum, update.state.velocity[i]), g));
  return {
    params: update.params.map((p, i) => sub(p, mul(update.lr, velocity[i]))),
    state: momentum === 0 ? {} : { velocity },
  };
}

function regularised({ params, grads }: Update, weightDecay: number): readonly Tensor[] {
  return weightDecay === 0 ? grads : grads.map((g, i) => add(g, mul(weightDecay, params[i])));
}

/** Scales all gradients by one factor so that their joint Euclidean norm is at most `most`. */
export function clipByNorm(grads: readonly Tensor[], most: number): Tensor[] {
  const norm = sqrt(grads.map((g) => reduceSum(square(g))).reduce((a, b) => add(a, b)));
  const factor = minimum(1, div(most, add(norm, 1e-6)));
  return grads.map((g) => mul(g, factor));
}

/** Cosine decay from `peak` to 0 over `total` steps after a linear warm-up; `step` counts from 1. */
export function cosineRate(
  step: number,
  { peak, total, warmup = 0 }: { peak: number; total: number; warmup?: number },
): number {
  if (step <= warmup) return (peak * step) / warmup;
  const done = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
  return (peak * (1 + Math.cos(Math.PI * done))) / 2;
}
