/** First weights of layers, as the published implementations draw them. */
import { type Random, size, value } from "../../engine/index.ts";
import { type ParameterSpec, uniform } from "./backbone.ts";

/** Normal with mean 0. From 32 random bits a number, which is more than a float32 holds. */
export function normal(deviation: number): ParameterSpec["initial"] {
  return (random, shape) => value(normals(random, size(shape), deviation), shape);
}

/** Before a ReLU, normal with variance 2 / fan-out (He et al. 2015), of filters [O, I, kH, kW]. */
export const heNormalFanOut: ParameterSpec["initial"] = (random, shape) => {
  const [outputs, , height, width] = shape;
  return normal(Math.sqrt(2 / (outputs * height * width)))(random, shape);
};

/** U(+-1 / sqrt(fan-in)): PyTorch's default for the weights and biases of convolutions and linear layers. */
export function torchDefault(fanIn: number): ParameterSpec["initial"] {
  return uniform(1 / Math.sqrt(fanIn));
}

export function constant(x: number): ParameterSpec["initial"] {
  return (_random, shape) => value(new Float32Array(size(shape)).fill(x), shape);
}

/** Both branches of Box and Muller's method. */
function normals(random: Random, n: number, deviation: number): Float32Array {
  const words = random.words(n + (n % 2));
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log((words[i] + 1) / 2 ** 32));
    const angle = (2 * Math.PI * words[i + 1]) / 2 ** 32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}
