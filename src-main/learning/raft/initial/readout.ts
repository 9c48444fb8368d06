/**
 * The last layer of the flow head begins as the least-squares answer to what comes before it on some pairs: through the
 * random layers below it the first step already points where the motion is (as in networks whose last layer alone is
 * fitted: Schmidt, Kraaijveld and Duin 1992), and training starts from there.
 */
import {
  concat,
  constant,
  type Executor,
  input,
  matmul,
  pad,
  program,
  relu,
  reshape,
  slice,
  type Tensor,
  transpose,
  type Value,
  value,
} from "../../../engine/index.ts";
import { gridTruth, planes } from "../../../vision/flow/pairs/grid.ts";
import type { Pair } from "../../../vision/flow/pairs/pair.ts";
import { parametersOf } from "../../../vision/flow/raft/model.ts";
import { raftForward } from "../../../vision/flow/raft/network.ts";
import { convolve } from "../../../vision/flow/raft/parameters.ts";
import { MODEL, stateNames } from "../program.ts";
import { raftParameters, type RaftState } from "../state.ts";
import { cholesky, solved } from "./linear.ts";

const HEAD = "update_block.flow_head";
const KERNEL = 3;
/** Relative to the mean square of the features. */
const RIDGE = 1e-3;

export interface Readout {
  readonly executor: Executor;
  /** Pair `n`, `side` pixels a side, for n below `count`. */
  readonly pair: (n: number, side: number) => Promise<Pair>;
  readonly count: number;
  /** Pixels of the network's pictures, which are frames enlarged `factor` times. */
  readonly side: number;
  readonly factor: number;
}

/** The state with the flow head's last layer fitted to the first iteration's whole motion. */
export async function readOut(state: RaftState, options: Readout): Promise<RaftState> {
  const { executor, pair, count, side, factor } = options;
  const grid = side / 8;
  const [first, second] = [input("first", [1, 3, side, side]), input("second", [1, 3, side, side])];
  const truth = input("truth", [1, 2, grid, grid]);
  const specs = parametersOf(MODEL);
  const inputs = new Map(specs.map((spec) => [spec.name, input(spec.name, spec.shape)]));
  const parameters = Object.fromEntries(inputs);
  const seen: Tensor[] = [];
  raftForward({
    model: MODEL,
    images: [first, second],
    parameters,
    iterations: 1,
    watch: (stage, tensor) => {
      if (stage === "update_block.gru/iteration1") seen.push(tensor);
    },
  });
  const features = patches(relu(convolve(seen[0], `${HEAD}.conv1`, { padding: 1, parameters })));
  const answers = reshape(transpose(truth, [0, 2, 3, 1]), [grid * grid, 2]);
  const turned = transpose(features);
  const needed = [...inputs].filter(([name]) => !name.startsWith(`${HEAD}.conv2`));
  await using session = await executor.compile(
    program({
      inputs: [first, second, truth, ...needed.map(([, tensor]) => tensor)],
      outputs: { products: matmul(turned, features), answers: matmul(turned, answers) },
    }),
  );
  const weights = raftParameters(state);
  const feeds = Object.fromEntries([...weights].filter(([name]) => needed.some(([own]) => own === name)));
  const n = features.shape[1];
  const [products, right] = [new Float64Array(n * n), new Float64Array(2 * n)];
  const picture = () => new Float32Array(3 * side * side);
  for (let at = 0; at < count; at++) {
    const own = await pair(at, side / factor);
    const [a, b, flow] = [picture(), picture(), new Float32Array(2 * grid * grid)];
    planes(own.onset, factor, a);
    planes(own.apex, factor, b);
    gridTruth(own.at, { rows: grid, columns: grid, factor }, flow);
    const sums = await session.run({
      ...feeds,
      first: value(a, first.shape),
      second: value(b, second.shape),
      truth: value(flow, truth.shape),
    });
    for (let i = 0; i < products.length; i++) products[i] += sums.products.data[i];
    for (let i = 0; i < right.length; i++) right[i] += sums.answers.data[i];
  }
  return withHead(state, fitted(products, right));
}

/** The nine values around each place of each channel, and a one: [places, channels * 9 + 1]. */
function patches(x: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  const edged = pad(x, [0, 0, 1, 1], [0, 0, 1, 1]);
  const taps = Array.from({ length: KERNEL * KERNEL }, (_, k) => {
    const [a, b] = [Math.floor(k / KERNEL), k % KERNEL];
    return reshape(slice(edged, [0, 0, a, b], [n, c, a + h, b + w]), [c, 1, h * w]);
  });
  const columns = reshape(concat(taps, 1), [c * KERNEL * KERNEL, h * w]);
  return transpose(concat([columns, constant(new Float32Array(h * w).fill(1), [1, h * w])], 0));
}

/** Solutions for u and v, one after the other. */
function fitted(products: Float64Array, right: Float64Array): readonly Float64Array[] {
  const n = right.length / 2;
  let trace = 0;
  for (let i = 0; i < n; i++) trace += products[i * n + i];
  for (let i = 0; i < n; i++) products[i * n + i] += (RIDGE * trace) / n;
  const l = cholesky(products, n);
  return [0, 1].map((part) =>
    solved(
      l,
      Float64Array.from({ length: n }, (_, i) => right[2 * i + part]),
    ),
  );
}

function withHead(state: RaftState, [u, v]: readonly Float64Array[]): RaftState {
  const taps = u.length - 1;
  const weight = Float32Array.from([...u.subarray(0, taps), ...v.subarray(0, taps)]);
  const set: [string, Value][] = [
    [`${HEAD}.conv2.weight`, value(weight, [2, taps / (KERNEL * KERNEL), KERNEL, KERNEL])],
    [`${HEAD}.conv2.bias`, value(Float32Array.of(u[taps], v[taps]), [2])],
  ];
  return {
    ...state,
    tensors: new Map([...state.tensors, ...set.map(([name, own]) => [stateNames.parameter(name), own] as const)]),
  };
}
