/** First weights. Filters are [O, I, kH, kW], linear weights [I, O] as matmul(x, w) takes them. */
import { size, type Shape, type Value, value } from "./graph.ts";
import type { Random } from "./random.ts";

/** How many inputs and outputs one weight tensor joins. */
function fans(shape: Shape): { readonly in: number; readonly out: number } {
  if (shape.length === 2) return { in: shape[0], out: shape[1] };
  const [o, i, ...kernel] = shape;
  return { in: i * size(kernel), out: o * size(kernel) };
}

function fill(shape: Shape, draw: () => number): Value {
  return value(Float32Array.from({ length: size(shape) }, draw), shape);
}

/** Normal with variance 2 / fan-in: for layers before a ReLU (He et al. 2015). */
export function kaimingNormal(random: Random, shape: Shape): Value {
  const deviation = Math.sqrt(2 / fans(shape).in);
  return fill(shape, () => deviation * random.normal());
}

/** Uniform with variance 2 / (fan-in + fan-out): for layers before tanh or sigmoid (Glorot and Bengio 2010). */
export function xavierUniform(random: Random, shape: Shape): Value {
  const fan = fans(shape);
  const bound = Math.sqrt(6 / (fan.in + fan.out));
  return fill(shape, () => bound * (2 * random.uniform() - 1));
}

/** Uniform in +-1 / sqrt(fanIn): PyTorch's default for the weights and biases of convolutions and linear layers. */
export function torchUniform(random: Random, shape: Shape, fanIn = fans(shape).in): Value {
  const bound = 1 / Math.sqrt(fanIn);
  return fill(shape, () => bound * (2 * random.uniform() - 1));
}

export function zeros(shape: Shape): Value {
  return value(new Float32Array(size(shape)), shape);
}
