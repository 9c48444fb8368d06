/**
 * RAFT as compiled programs of one size: encode once, iterate as often as wanted, finish once. Between a few iterations
 * and the next the state passes through here, so a pair may stop early and a person may cancel.
 */
import {
  abs,
  constant,
  type Executor,
  input,
  type Program,
  program,
  reduceMax,
  type Session,
  type Tensor,
  type Value,
  value,
  zeros,
} from "../../../engine/index.ts";
import { ApexError } from "../../../contract/errors.ts";
import type { RaftModel } from "./model.ts";
import { type Encoded, type NetworkParts, raftEncode, raftIterate, raftUpsample, type RaftState } from "./network.ts";
import { CELL } from "./upsample.ts";

export interface RaftWeights {
  readonly model: RaftModel;
  /** By the names of `parametersOf`. */
  readonly parameters: ReadonlyMap<string, Value>;
}

export interface RaftParts {
  readonly weights: RaftWeights;
  readonly executor: Executor;
}

/** Of a batch of padded pictures. */
export type Size = readonly [batch: number, height: number, width: number];

/** Iterations of one run: what a run costs beside them is spread over as many, but a pair that is done waits for the last. */
const TOGETHER = 4;

export interface Sessions extends AsyncDisposable {
  readonly model: RaftModel;
  readonly size: Size;
  /** first, second -> hidden and what the iterations share. */
  readonly encode: Session;
  /** hidden, flow, shared -> flow and largest step of each of `count` iterations, and the hidden state. */
  readonly iterate: (count: number) => Promise<Session>;
  /** flow, and for the large network hidden -> full. */
  readonly finish: Session;
}

/** Throws ApexError as the executor's `compile`. */
export async function compile({ weights, executor }: RaftParts, size: Size): Promise<Sessions> {
  const { model } = weights;
  const parameters = Object.fromEntries(
    [...weights.parameters].map(([name, { data, shape }]) => [name, constant(data, shape)] as const),
  );
  const network = { model, parameters };
  const sessions = new AsyncDisposableStack();
  const use = async (what: Program): Promise<Session> => sessions.use(await executor.compile(what));
  const iterations = new Map<number, Session>();
  try {
    const { whole, shared } = encoding(network, size);
    return {
      model,
      size,
      encode: await use(whole),
      iterate: async (count) => {
        const session = iterations.get(count) ?? (await use(iterating(network, shared, count)));
        iterations.set(count, session);
        return session;
      },
      finish: await use(finishing(network, shared)),
      [Symbol.asyncDispose]: () => sessions.disposeAsync(),
    };
  } catch (error) {
    await sessions.disposeAsync();
    throw error;
  }
}

function encoding(network: NetworkParts, [n, height, width]: Size): { whole: Program; shared: Encoded } {
  const images = [input("first", [n, 3, height, width]), input("second", [n, 3, height, width])] as const;
  const shared = raftEncode({ ...network, images });
  return { whole: program({ inputs: images, outputs: { hidden: shared.hidden, ...named(shared) } }), shared };
}

/** What the iterations share, as named tensors. */
function named({ pyramid, context }: Encoded): Record<string, Tensor> {
  return {
    ...Object.fromEntries(pyramid.map(({ maps }, level) => [`level${level}`, maps])),
    ...Object.fromEntries(Object.entries(context).map(([gate, tensor]) => [`context ${gate}`, tensor])),
  };
}

/** The state as it is fed. */
function fedState({ hidden }: Encoded): RaftState {
  const [n, , h, w] = hidden.shape;
  return { hidden: input("hidden", hidden.shape), flow: input("flow", [n, 2, h, w]) };
}

function iterating(network: NetworkParts, encoded: Encoded, count: number): Program {
  const fed = Object.fromEntries(Object.entries(named(encoded)).map(([name, { shape }]) => [name, input(name, shape)]));
  const shared = {
    pyramid: encoded.pyramid.map((level, i) => ({ ...level, maps: fed[`level${i}`] })),
    context: Object.fromEntries(Object.keys(encoded.context).map((gate) => [gate, fed[`context ${gate}`]])),
  };
  const start = fedState(encoded);
  const outputs: Record<string, Tensor> = {};
  let state = start;
  for (let k = 0; k < count; k++) {
    const next = raftIterate(shared, state, network);
    state = next.state;
    if (network.model === "large") outputs[`hidden${k}`] = state.hidden;
    outputs[`flow${k}`] = state.flow;
    outputs[`largest${k}`] = reduceMax(abs(next.step), [1, 2, 3]);
  }
  outputs["hidden"] = state.hidden;
  return program({ inputs: [start.hidden, start.flow, ...Object.values(fed)], outputs });
}

function finishing(network: NetworkParts, encoded: Encoded): Program {
  const { hidden, flow } = fedState(encoded);
  const full = raftUpsample({ hidden, flow }, network);
  return program({ inputs: network.model === "large" ? [hidden, flow] : [flow], outputs: { full } });
}

export interface Limits {
  readonly iterations: number;
  /** Pixels. */
  readonly threshold: number;
  readonly signal?: AbortSignal;
}

/** Each pair's flow in pixels as planes of u and v, [2, height, width], from pictures [N, 3, height, width], 0..255. */
export async function flows(
  { model, size: [n, height, width], encode, iterate, finish }: Sessions,
  pictures: { readonly first: Value; readonly second: Value },
  { iterations, threshold, signal }: Limits,
): Promise<readonly Float32Array[]> {
  const { hidden: start, ...shared } = await encode.run({ ...pictures });
  let state: State = { hidden: start, flow: zeros([n, 2, height / CELL, width / CELL]) };
  const settled: (State | null)[] = Array.from({ length: n }, () => null);
  for (let done = 0; done < iterations && settled.includes(null);) {
    if (signal?.aborted === true) throw new ApexError("cancelled", "The optical flow was cancelled.");
    const count = Math.min(TOGETHER, iterations - done);
    const results = await (await iterate(count)).run({ ...shared, ...state });
    for (let k = 0; k < count; k++) {
      // The small network's full flow is made of the flow alone, so that the last hidden state stands for any.
      const hidden = results[model === "large" ? `hidden${k}` : "hidden"];
      state = { hidden, flow: results[`flow${k}`] };
      // A pair alone in its batch stops by the same rule as one among others.
      for (let i = 0; i < n; i++)
        if (settled[i] === null && results[`largest${k}`].data[i] * CELL < threshold) settled[i] = partOf(state, i);
    }
    done += count;
  }
  const whole = settled.map((own, i) => own ?? partOf(state, i));
  const last = { hidden: joined(whole.map((own) => own.hidden)), flow: joined(whole.map((own) => own.flow)) };
  const { full } = await finish.run(model === "large" ? { ...last } : { flow: last.flow });
  return Array.from({ length: n }, (_, i) => new Float32Array(part(full, i).data));
}

interface State {
  readonly hidden: Value;
  readonly flow: Value;
}

/** Row `i` of a batch, as a batch of one. */
function part({ data, shape }: Value, i: number): Value {
  const each = data.length / shape[0];
  return value(data.slice(i * each, (i + 1) * each), [1, ...shape.slice(1)]);
}

const partOf = ({ hidden, flow }: State, i: number): State => ({ hidden: part(hidden, i), flow: part(flow, i) });

function joined(parts: readonly Value[]): Value {
  const each = parts[0].data.length;
  const data = new Float32Array(each * parts.length);
  parts.forEach((own, i) => data.set(own.data, i * each));
  return value(data, [parts.length, ...parts[0].shape.slice(1)]);
}
