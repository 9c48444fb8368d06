/** What every backbone is: a list of parameters, and a function from a picture and those parameters to three logits. */
import { CLASSES } from "../../contract/classes.ts";
import type { RunConfig } from "../../contract/run.ts";
import {
  type Random,
  type Shape,
  size,
  type Tensor,
  torchUniform,
  type Value,
  value,
  zeros,
} from "../../engine/index.ts";

export interface ParameterSpec {
  /** As in the weights file: "conv1.weight". */
  readonly name: string;
  readonly shape: Shape;
  /** First numbers, drawn from a stream of the parameter's own. */
  readonly initial: (random: Random, shape: Shape) => Value;
}

/** Channels, height, width of one sample. */
export type InputShape = readonly [channels: number, height: number, width: number];

/** In training a batch norm uses its batch's statistics and keeps running ones; at inference it uses those. */
export type Mode = "training" | "inference";

export interface Forward {
  /** What the classifier gets, [N, D]: the x of BRL (paper 3.2.1), and the features of figures. */
  readonly features: Tensor;
  /** [N, 3], order of CLASSES. */
  readonly logits: Tensor;
  /** The running statistics after this batch, by name: all of `statistics` in training, none at inference. */
  readonly statistics: Readonly<Record<string, Tensor>>;
}

export interface Backbone {
  readonly name: RunConfig["backbone"];
  /** D, the classifier's input. */
  readonly features: number;
  /** The layer that gives the logits, whose parameters are `<classifier>.weight` and `<classifier>.bias`. */
  readonly classifier: string;
  /** Throws ApexError `run-invalid` for an input size that it cannot take. */
  readonly parameters: (input: InputShape) => readonly ParameterSpec[];
  /** Running statistics of its batch norms: state that is not trained, saved with the parameters. */
  readonly statistics: readonly ParameterSpec[];
  /** `x` is [N, C, H, W]; `tensors` holds parameters and statistics by name. */
  readonly forward: (x: Tensor, tensors: Readonly<Record<string, Tensor>>, mode: Mode) => Forward;
}

/** Weights before a ReLU (He et al. 2015), uniform form: variance 2 / fan-in. 32 random bits a number are enough. */
export function heUniform(fanIn: number): ParameterSpec["initial"] {
  return uniform(Math.sqrt(6 / fanIn));
}

/** Numbers drawn at once: few enough for the caches. */
const PART = 2 ** 14;

/** U(+-bound). */
export function uniform(bound: number): ParameterSpec["initial"] {
  const step = bound / 2 ** 31;
  return (random, shape) => {
    const out = new Float32Array(size(shape));
    for (let at = 0; at < out.length; at += PART) {
      const words = random.words(Math.min(PART, out.length - at));
      for (let i = 0; i < words.length; i++) out[at + i] = (words[i] - 2 ** 31) * step;
    }
    return value(out, shape);
  };
}

export const allZeros: ParameterSpec["initial"] = (_random, shape) => zeros(shape);

/** A fully connected layer without a ReLU after it: weight [D, outputs] from U(+-1 / sqrt(D)), bias [outputs]. */
export function linear(name: string, features: number, outputs: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [features, outputs], initial: (random, shape) => torchUniform(random, shape) },
    { name: `${name}.bias`, shape: [outputs], initial: allZeros },
  ];
}

/** The layer that gives logits. */
export function classifier(features: number): ParameterSpec[] {
  return linear("classifier", features, CLASSES.length);
}
