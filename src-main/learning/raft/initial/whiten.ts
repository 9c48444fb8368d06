/**
 * RAFT's correlation of untrained features is nearly flat: after ReLUs all features point the same way.
 * So the feature encoder's last layer begins as the whitening of what comes before it, measured on some pairs (initial
 * weights that look at data: Mishkin and Matas, "All you need is a good init", ICLR 2016): features have mean 0 and
 * variance 1 in every direction, and a place correlates with its counterpart from the first step on.
 */
import { ApexError } from "../../../contract/errors.ts";
import { type Executor, input, mul, program, sub, type Tensor, type Value, value } from "../../../engine/index.ts";
import { enlargedPlanes, toPlanes } from "../../../vision/flow/micro/grid.ts";
import type { Pair } from "../../../vision/flow/pairs/pair.ts";
import { encode } from "../../../vision/flow/raft/encoder.ts";
import { parametersOf } from "../../../vision/flow/raft/model.ts";
import { MODEL, stateNames } from "../program.ts";
import type { RaftState } from "../state.ts";
import { cholesky, inverseOfLower } from "./linear.ts";

const WEIGHT = "fnet.conv2.weight";
const BIAS = "fnet.conv2.bias";
/** Added to each variance, relative to their mean: directions in which nothing varies are noise. */
const RIDGE = 0.03;

export interface Whitening {
  readonly executor: Executor;
  readonly pairs: readonly Pair[];
  readonly factor: number;
}

/** The state with the feature encoder's last layer whitening what it gets on the first frames of `pairs`. */
export async function whitened(state: RaftState, { executor, pairs, factor }: Whitening): Promise<RaftState> {
  const { width, height } = pairs[0].onset;
  const shape = [1, 3, height * factor, width * factor];
  const picture = input("picture", shape);
  const specs = parametersOf(MODEL).filter(({ name }) => name.startsWith("fnet."));
  const inputs = specs.map((spec) => input(spec.name, spec.shape));
  const seen: Tensor[] = [];
  encode(sub(mul(picture, 2 / 255), 1), {
    name: "fnet",
    model: MODEL,
    parameters: Object.fromEntries(specs.map(({ name }, i) => [name, inputs[i]])),
    watch: (stage, tensor) => {
      if (stage === "fnet.layer3") seen.push(tensor);
    },
  });
  const needed = specs.flatMap(({ name }, i) =>
    name === WEIGHT || name === BIAS ? [] : [{ name, tensor: inputs[i] }],
  );
  await using session = await executor.compile(
    program({ inputs: [picture, ...needed.map(({ tensor }) => tensor)], outputs: { features: seen[0] } }),
  );
  const own = (name: string): Value => {
    const found = state.tensors.get(stateNames.parameter(name));
    if (found === undefined) throw new ApexError("internal", `The first weights lack ${name}.`);
    return found;
  };
  const feeds = Object.fromEntries(needed.map(({ name }) => [name, own(name)]));
  const [, depth] = seen[0].shape;
  const moments = new Moments(depth);
  for (const { onset } of pairs) {
    const data = enlargedPlanes(toPlanes(onset), factor, { width: width * factor, height: height * factor });
    const { features } = await session.run({ ...feeds, picture: value(data, shape) });
    moments.add(Float32Array.from(features.data));
  }
  const { weight, bias } = moments.whitening(Float32Array.from(own(WEIGHT).data));
  return {
    ...state,
    tensors: new Map([
      ...state.tensors,
      [stateNames.parameter(WEIGHT), value(weight, own(WEIGHT).shape)],
      [stateNames.parameter(BIAS), value(bias, own(BIAS).shape)],
    ]),
  };
}

/** Mean and covariance over places, and the linear layer that makes them 0 and the identity. */
class Moments {
  readonly #depth: number;
  readonly #sum: Float64Array;
  readonly #products: Float64Array;
  #count = 0;

  constructor(depth: number) {
    this.#depth = depth;
    this.#sum = new Float64Array(depth);
    this.#products = new Float64Array(depth * depth);
  }

  /** features: [1, depth, h, w] */
  add(features: Float32Array): void {
    const depth = this.#depth;
    const places = features.length / depth;
    this.#count += places;
    for (let p = 0; p < places; p++)
      for (let i = 0; i < depth; i++) {
        const x = features[i * places + p];
        this.#sum[i] += x;
        for (let j = 0; j <= i; j++) this.#products[i * depth + j] += x * features[j * places + p];
      }
  }

  /** Weights [out, depth] and biases [out]; outputs beyond `depth` keep their weights in `first`, a third as large. */
  whitening(first: Float32Array): { weight: Float32Array; bias: Float32Array } {
    const depth = this.#depth;
    const out = first.length / depth;
    const mean = this.#sum.map((x) => x / this.#count);
    const covariance = this.#products.map((x, at) => {
      const [i, j] = [Math.floor(at / depth), at % depth];
      return j > i ? 0 : x / this.#count - mean[i] * mean[j];
    });
    let trace = 0;
    for (let i = 0; i < depth; i++) trace += covariance[i * depth + i];
    for (let i = 0; i < depth; i++) covariance[i * depth + i] += (RIDGE * trace) / depth;
    const inverse = inverseOfLower(cholesky(covariance, depth), depth);
    const weight = first.map((x, at) => (at < inverse.length ? inverse[at] : x / 3));
    const bias = Float32Array.from({ length: out }, (_, i) =>
      mean.reduce((sum, x, j) => sum - weight[i * depth + j] * x, 0),
    );
    return { weight, bias };
  }
}
