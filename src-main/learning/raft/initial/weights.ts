/**
 * First weights: in the feature encoder smooth random filters (noise-like ones see a pattern and its copy half a cell
 * beside as strangers); in the update, what lets a signal through undamped; elsewhere as the authors'.
 */
import { Random, size, type Value, value, zeros } from "../../../engine/index.ts";
import { parametersOf, WIDTHS } from "../../../vision/flow/raft/model.ts";
import { MODEL, stateNames } from "../program.ts";
import { type RaftState, withAverages } from "../state.ts";

/** PyTorch's default has a third of the variance that keeps a signal as large as it was before a ReLU's halving. */
const LET_THROUGH = Math.sqrt(6);
/** Hidden state and context say little at first, and would drown what the correlation says. */
const HUSHED = 0.3;
/** The first steps of the flow are short. */
const TIMID = 0.1;
/** Opens the update gate: at first the new state is mostly what is seen now. */
const OPEN = 1;

/** Each parameter from a stream of its own; moments at zero. */
export function initialRaftState(seed: number): RaftState {
  const tensors = new Map<string, Value>();
  for (const { name, shape, initial } of parametersOf(MODEL)) {
    const random = new Random(seed).split(`initial ${name}`);
    const smooth = name.startsWith("fnet.") && shape.length === 4 && shape[2] > 1;
    tensors.set(stateNames.parameter(name), smooth ? smoothFilters(random, shape) : adjusted(name, initial(random)));
    tensors.set(stateNames.mean(name), zeros(shape));
    tensors.set(stateNames.variance(name), zeros(shape));
  }
  return { step: 0, pairs: 0, tensors: withAverages(tensors) };
}

function adjusted(name: string, { data, shape }: Value): Value {
  const scaled = (k: number) =>
    value(
      Float32Array.from(data, (x) => k * x),
      shape,
    );
  if (name.startsWith("update_block.flow_head.conv2")) return scaled(TIMID);
  const [, block, layer] = /^update_block\.(\w+)\.(\w+)\.weight$/.exec(name) ?? [];
  if (name === "update_block.gru.convz.bias")
    return value(
      Float32Array.from(data, (x) => x + OPEN),
      shape,
    );
  if (block === "encoder" || layer === "conv1") return scaled(LET_THROUGH);
  if (block !== "gru") return value(Float32Array.from(data), shape);
  const { hidden, context } = WIDTHS[MODEL];
  const [, channels, height, width] = shape;
  const gain = layer === "convq" ? Math.sqrt(3) : 1;
  return value(
    Float32Array.from(data, (x, at) => {
      const channel = Math.floor(at / (height * width)) % channels;
      return gain * (channel < hidden + context ? HUSHED * x : x);
    }),
    shape,
  );
}

/** How much of a filter's first and second derivatives, beside its mean. */
const DERIVATIVES = [1, 0.6, 0.4] as const;
/** How much the colours differ. */
const COLOURED = 0.3;

/** Random mixes of a Gaussian and its derivatives, each filter with variance 2 over its inputs. */
function smoothFilters(random: Random, shape: readonly number[]): Value {
  const [out, channels, side] = shape;
  const stem = side > 3;
  const basis = derivatives(side, stem ? 1.6 : 0.85);
  const data = new Float32Array(size(shape));
  const each = channels * side * side;
  for (let o = 0; o < out; o++) {
    const shared = basis.map(() => random.normal());
    let square = 0;
    for (let c = 0; c < channels; c++) {
      const mix = stem ? shared : basis.map(() => random.normal());
      const weight = stem ? 1 + COLOURED * random.normal() : 1;
      for (let t = 0; t < side * side; t++) {
        const x = weight * basis.reduce((sum, kernel, k) => sum + mix[k] * kernel[t], 0);
        data[o * each + c * side * side + t] = x;
        square += x * x;
      }
    }
    const gain = Math.sqrt(2 / square);
    for (let i = o * each; i < (o + 1) * each; i++) data[i] *= gain;
  }
  return value(data, shape);
}

/** Products of Gaussian derivatives along x and y, each of length 1 times its share. */
function derivatives(side: number, sigma: number): Float64Array[] {
  const middle = (side - 1) / 2;
  const line = (order: number) =>
    Array.from({ length: side }, (_, i) => {
      const x = (i - middle) / sigma;
      return Math.exp(-0.5 * x * x) * [1, x, x * x - 1][order];
    });
  const orders = [0, 1, 2] as const;
  return orders.flatMap((a) =>
    orders.map((b) => {
      const kernel = Float64Array.from(
        { length: side * side },
        (_, t) => line(a)[Math.floor(t / side)] * line(b)[t % side],
      );
      const share = DERIVATIVES[a] * DERIVATIVES[b];
      const norm = Math.hypot(...kernel);
      return kernel.map((x) => (share * x) / norm);
    }),
  );
}
