/** First weights: the authors' distributions in the encoders; in the update, what lets a signal through undamped. */
import { Random, type Value, value, zeros } from "../../../engine/index.ts";
import { parametersOf, WIDTHS } from "../../../vision/flow/raft/model.ts";
import { MODEL, stateNames } from "../program.ts";
import type { RaftState } from "../state.ts";

/** PyTorch's default has a third of the variance that keeps a signal as large as it was before a ReLU's halving. */
const LET_THROUGH = Math.sqrt(6);
/** Hidden state and context say little at first, and would drown what the correlation says. */
const HUSHED = 0.3;
/** Opens the update gate: at first the new state is mostly what is seen now. */
const OPEN = 1;

/** Each parameter from a stream of its own; moments at zero. */
export function initialRaftState(seed: number): RaftState {
  const tensors = new Map<string, Value>();
  for (const { name, shape, initial } of parametersOf(MODEL)) {
    const first = initial(new Random(seed).split(`initial ${name}`));
    tensors.set(stateNames.parameter(name), adjusted(name, first));
    tensors.set(stateNames.mean(name), zeros(shape));
    tensors.set(stateNames.variance(name), zeros(shape));
  }
  return { step: 0, pairs: 0, tensors };
}

function adjusted(name: string, { data, shape }: Value): Value {
  const scaled = (k: number) =>
    value(
      Float32Array.from(data, (x) => k * x),
      shape,
    );
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
