/**
 * RAFT as a graph (core/raft.py of the authors' code): features and context once, then iterations that look up
 * correlations, update a hidden state and add a step to the flow. Differentiable; gradients stop at every iteration's
 * coordinates, as in training by the authors.
 */
import { ApexError } from "../../../contract/errors.ts";
import {
  add,
  broadcast,
  cast,
  concat,
  constant,
  mul,
  relu,
  reshape,
  sameShape,
  slice,
  sub,
  tanh,
  type Tensor,
} from "../../../engine/index.ts";
import { correlationPyramid, type Level, lookUp } from "./correlation.ts";
import { encode, type Watch } from "./encoder.ts";
import { type RaftModel, WIDTHS } from "./model.ts";
import type { Parameters } from "./parameters.ts";
import { contextOfGates, filtersOfGates, flowStep, motionOf, recur, upsamplingMask } from "./update.ts";
import { CELL, upsampleBilinear, upsampleConvex } from "./upsample.ts";

export interface RaftInputs {
  readonly model: RaftModel;
  /** Two batches [N, 3, H, W], RGB, 0..255; H and W multiples of 8 and at least 64. (The authors' code divides by 0 below 128.) */
  readonly images: readonly [first: Tensor, second: Tensor];
  readonly parameters: Parameters;
  /** Told of every inner stage; iterations are marked `/iteration1`, pictures `/image1`. */
  readonly watch?: Watch;
}

/** What stays the same over the iterations. */
export interface Encoded {
  readonly pyramid: readonly Level[];
  /** What the context adds to each gate of the recurrent unit. */
  readonly context: Readonly<Record<string, Tensor>>;
  /** The gates' filters, made of parameters alone. */
  readonly filters: Readonly<Record<string, Tensor>>;
  /** The first hidden state, [N, hidden, h, w]. */
  readonly hidden: Tensor;
}

/** What an iteration hands to the next. */
export interface RaftState {
  readonly hidden: Tensor;
  /** [N, 2, h, w], u then v, in places of the eighth grid. */
  readonly flow: Tensor;
}

export interface RaftFlows {
  /** Of each iteration: [N, 2, H / 8, W / 8], in places of the eighth grid. */
  readonly low: readonly Tensor[];
  /** Of each iteration: [N, 2, H, W], u then v, in pixels. What a program does not name among its outputs costs nothing. */
  readonly full: readonly Tensor[];
}

const silent: Watch = () => {};

/** The unrolled network. Throws ApexError `shape-mismatch` where the sizes do not fit, `weights-invalid` where a parameter lacks. */
export function raftForward(inputs: RaftInputs & { readonly iterations: number }): RaftFlows {
  const { model, parameters, iterations, watch = silent } = inputs;
  const encoded = raftEncode(inputs);
  const [n, , h, w] = encoded.hidden.shape;
  const low: Tensor[] = [];
  const full: Tensor[] = [];
  let state: RaftState = { hidden: encoded.hidden, flow: broadcast(constant([0], [1]), [n, 2, h, w]) };
  for (let k = 1; k <= iterations; k++) {
    const parts: NetworkParts = {
      model,
      parameters,
      watch: (stage, tensor) => watch(`${stage}/iteration${k}`, tensor),
    };
    state = raftIterate(encoded, state, parts).state;
    low.push(state.flow);
    full.push(raftUpsample(state, parts));
  }
  return { low, full };
}

/** Pictures to everything that the iterations share. */
export function raftEncode({ model, images, parameters, watch = silent }: RaftInputs): Encoded {
  const { hidden: width } = WIDTHS[model];
  const [n] = images[0].shape;
  demandSides(images);
  const scaled = sub(mul(concat(images, 0), 2 / 255), 1);
  const part = (x: Tensor, at: number): Tensor => slice(x, [at * n, 0, 0, 0], [(at + 1) * n, ...x.shape.slice(1)]);
  const features = encode(scaled, {
    name: "fnet",
    model,
    parameters,
    watch: (stage, tensor) => [0, 1].forEach((at) => watch(`${stage}/image${at + 1}`, part(tensor, at))),
  });
  const described = encode(part(scaled, 0), { name: "cnet", model, parameters, watch });
  const [, depth, h, w] = described.shape;
  const context = relu(slice(described, [0, width, 0, 0], [n, depth, h, w]));
  return {
    pyramid: correlationPyramid(part(features, 0), part(features, 1)),
    context: contextOfGates(context, model, parameters),
    filters: filtersOfGates(model, parameters),
    hidden: tanh(slice(described, [0, 0, 0, 0], [n, width, h, w])),
  };
}

/** Four levels of the pyramid need at least eight places of the grid. */
const LEAST = 8 * CELL;

function demandSides(images: readonly [Tensor, Tensor]): void {
  const [, , height, width] = images[0].shape;
  const whole = [height, width].every((side) => side >= LEAST && side % CELL === 0);
  if (whole && sameShape(images[0].shape, images[1].shape)) return;
  throw new ApexError(
    "shape-mismatch",
    `RAFT takes two batches of pictures of one size, with sides that are multiples of ${CELL} and at least ${LEAST}; these are [${images[0].shape.join(", ")}] and [${images[1].shape.join(", ")}].`,
  );
}

export interface NetworkParts {
  readonly model: RaftModel;
  readonly parameters: Parameters;
  readonly watch?: Watch;
}

/** One iteration: the next state, and the step of the flow that led to it, [N, 2, h, w]. */
export function raftIterate(
  { pyramid, context, filters }: Omit<Encoded, "hidden">,
  state: RaftState,
  { model, parameters, watch = silent }: NetworkParts,
): { readonly state: RaftState; readonly step: Tensor } {
  const parts = { model, parameters, context, filters, watch };
  const before = stopGradient(state.flow);
  const correlation = lookUp(pyramid, add(before, grid(before.shape)), WIDTHS[model].radius);
  watch("update_block.encoder:corr", correlation);
  watch("update_block.encoder:flow", before);
  const motion = motionOf(correlation, before, parts);
  watch("update_block.encoder", concat([motion.features, motion.flow], 1));
  const hidden = recur(state.hidden, motion, parts);
  watch("update_block.gru", hidden);
  const step = flowStep(hidden, parameters);
  watch("update_block.flow_head", step);
  return { state: { hidden, flow: add(before, step) }, step };
}

/** The flow of every pixel, [N, 2, 8h, 8w] in pixels; the small network looks at the flow alone. */
export function raftUpsample({ hidden, flow }: RaftState, { model, parameters, watch = silent }: NetworkParts): Tensor {
  switch (model) {
    case "small":
      return upsampleBilinear(flow);
    case "large": {
      const mask = upsamplingMask(hidden, parameters);
      watch("update_block.mask", mask);
      return upsampleConvex(flow, mask);
    }
  }
}

/** The same numbers, seen as given: no gradient flows back through a cast. */
const stopGradient = (x: Tensor): Tensor => cast(x, x.dtype);

/** Column and row of every place: [1, 2, h, w]. */
function grid([, , h, w]: readonly number[]): Tensor {
  const places = Array.from({ length: h * w }, (_, i) => i);
  return reshape(constant([...places.map((i) => i % w), ...places.map((i) => Math.floor(i / w))], [2, h, w]), [
    1,
    2,
    h,
    w,
  ]);
}
