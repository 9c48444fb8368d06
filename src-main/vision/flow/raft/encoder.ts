/** RAFT's encoders: pictures to features an eighth as high and wide (core/extractor.py of the authors' code). */
import { add, conv2d, div, mean, mul, relu, reshape, sqrt, square, sub, type Tensor } from "../../../engine/index.ts";
import { type RaftModel, WIDTHS } from "./model.ts";
import { type Parameters, parameter } from "./parameters.ts";

/** What both kinds of norm add to the variance. */
const EPSILON = 1e-5;

/** Told of a stage by its name in the authors' code, as `fnet.layer1`. */
export type Watch = (stage: string, tensor: Tensor) => void;

export interface EncoderParts {
  readonly name: "fnet" | "cnet";
  readonly model: RaftModel;
  readonly parameters: Parameters;
  readonly watch: Watch;
}

interface Step {
  readonly conv: string;
  readonly norm: string;
  readonly stride?: number;
  readonly padding?: number;
}

/** [N, 3, H, W] in -1..1 to [N, C, H / 8, W / 8]; H and W multiples of 8. */
export function encode(pictures: Tensor, { name, model, parameters, watch }: EncoderParts): Tensor {
  const normalised = (x: Tensor, { conv, norm, stride = 1, padding = 0 }: Step): Tensor => {
    const weight = parameter(parameters, `${name}.${conv}.weight`);
    const bias = parameter(parameters, `${name}.${conv}.bias`);
    if (name === "fnet") return instanceNorm(conv2d(x, weight, { stride, padding, bias }));
    if (model === "small") return conv2d(x, weight, { stride, padding, bias });
    const own = (part: string): Tensor => parameter(parameters, `${name}.${norm}.${part}`);
    // With stored statistics a batch norm is a scale and a shift, and both can be those of the convolution before it.
    const scale = div(own("weight"), sqrt(add(own("running_var"), EPSILON)));
    return conv2d(x, mul(weight, reshape(scale, [-1, 1, 1, 1])), {
      stride,
      padding,
      bias: add(mul(sub(bias, own("running_mean")), scale), own("bias")),
    });
  };

  const block = (x: Tensor, at: string, stride: number): Tensor => {
    const step = (k: number, rest: Omit<Step, "conv" | "norm"> = {}): Step => ({
      conv: `${at}.conv${k}`,
      norm: `${at}.norm${k}`,
      ...rest,
    });
    const steps =
      model === "small"
        ? [step(1), step(2, { stride, padding: 1 }), step(3)]
        : [step(1, { stride, padding: 1 }), step(2, { padding: 1 })];
    const y = steps.reduce((before, next) => relu(normalised(before, next)), x);
    const shortcut =
      stride === 1 ? x : normalised(x, { conv: `${at}.downsample.0`, norm: `${at}.downsample.1`, stride });
    return relu(add(shortcut, y));
  };

  let x = relu(normalised(pictures, { conv: "conv1", norm: "norm1", stride: 2, padding: 3 }));
  watch(`${name}.relu1`, x);
  WIDTHS[model].stages.forEach((_, stage) => {
    x = block(x, `layer${stage + 1}.0`, stage === 0 ? 1 : 2);
    x = block(x, `layer${stage + 1}.1`, 1);
    watch(`${name}.layer${stage + 1}`, x);
  });
  const out = conv2d(x, parameter(parameters, `${name}.conv2.weight`), {
    bias: parameter(parameters, `${name}.conv2.bias`),
  });
  watch(`${name}.conv2`, out);
  return out;
}

/** Each channel of each picture to mean 0 and variance 1 (divided by its H * W numbers). */
function instanceNorm(x: Tensor): Tensor {
  const centred = sub(x, mean(x, [2, 3], true));
  return div(centred, sqrt(add(mean(square(centred), [2, 3], true), EPSILON)));
}
