/**
 * RAFT as compiled programs of one size: the whole as one, or encode once, iterate as often as wanted, finish once: then
 * the state passes through here between a few iterations and the next, so that a pair may stop early.
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
import { ApexError, unreachable } from "../../../contract/errors.ts";
import type { RaftModel } from "./model.ts";
import {
  type Encoded,
  type NetworkParts,
  raftEncode,
  raftForward,
  raftIterate,
  raftUpsample,
  type RaftState,
} from "./network.ts";
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

/** Iterations of one run, where a pair may stop early: one that is done waits for the last of them. */
const TOGETHER = 4;

/** With as many iterations at most, and without an early stop, everything is one program: faster, but longer to compile. */
const MOST_IN_ONE = 32;

export interface Sessions extends AsyncDisposable {
  readonly model: RaftModel;
  readonly size: Size;
  /** Compiled when it is first asked for. */
  readonly open: (what: Part) => Promise<Session>;
}

type Part =
  /** first, second -> full, after so many iterations. */
  | { readonly part: "whole"; readonly iterations: number }
  /** first, second -> hidden and what the iterations share. */
  | { readonly part: "encode" }
  /** hidden, flow, shared -> flow and largest step of each of so many iterations, and the hidden state. */
  | { readonly part: "iterate"; readonly iterations: number }
  /** flow, and for the large network hidden -> full. */
  | { readonly part: "finish" };

export function sessionsOf({ weights, executor }: RaftParts, size: Size): Sessions {
  const { model } = weights;
  const parameters = Object.fromEntries(
    [...weights.parameters].map(([name, { data, shape }]) => [name, constant(data, shape)] as const),
  );
  const known = new Map<string, Promise<Session>>();
  const open = (what: Part): Promise<Session> => {
    const name = JSON.stringify(what);
    const session = known.get(name) ?? executor.compile(build(what, { model, parameters }, size));
    known.set(name, session);
    // What could not be compiled may be tried again.
    session.catch(() => known.delete(name));
    return session;
  };
  return {
    model,
    size,
    open,
    [Symbol.asyncDispose]: async () => {
      await using all = new AsyncDisposableStack();
      for (const session of await Promise.allSettled(known.values()))
        if (session.status === "fulfilled") all.use(session.value);
    },
  };
}

function build(what: Part, network: NetworkParts, [n, height, width]: Size): Program {
  const images = [input("first", [n, 3, height, width]), input("second", [n, 3, height, width])] as const;
  switch (what.part) {
    case "whole": {
      const { full } = raftForward({ ...network, images, iterations: what.iterations });
      return program({ inputs: images, outputs: { full: full[what.iterations - 1] } });
    }
    case "encode": {
      const shared = raftEncode({ ...network, images });
      return program({ inputs: images, outputs: { hidden: shared.hidden, ...named(shared) } });
    }
    case "iterate":
      return iterating(network, raftEncode({ ...network, images }), what.iterations);
    case "finish":
      return finishing(network, raftEncode({ ...network, images }));
    default:
      return unreachable(what, "part of RAFT");
  }
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
    filters: encoded.filters,
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
  sessions: Sessions,
  pictures: { readonly first: Value; readonly second: Value },
  limits: Limits,
): Promise<readonly Float32Array[]> {
  const { iterations, threshold } = limits;
  if (threshold > 0 || iterations > MOST_IN_ONE) return stepwise(sessions, pictures, limits);
  const whole = await sessions.open({ part: "whole", iterations });
  return planesOf((await whole.run({ ...pictures })).full);
}

const planesOf = (full: Value): readonly Float32Array[] =>
  Array.from({ length: full.shape[0] }, (_, i) => new Float32Array(part(full, i).data));

/** A few iterations at a time. */
async function stepwise(
  { model, size: [n, height, width], open }: Sessions,
  pictures: { readonly first: Value; readonly second: Value },
  { iterations, threshold, signal }: Limits,
): Promise<readonly Float32Array[]> {
  const { hidden: start, ...shared } = await (await open({ part: "encode" })).run({ ...pictures });
  let state: State = { hidden: start, flow: zeros([n, 2, height / CELL, width / CELL]) };
  const settled: (State | null)[] = Array.from({ length: n }, () => null);
  for (let done = 0; done < iterations && settled.includes(null);) {
    if (signal?.aborted === true) throw new ApexError("cancelled", "The optical flow was cancelled.");
    const count = Math.min(TOGETHER, iterations - done);
    const session = await open({ part: "iterate", iterations: count });
    const results = await session.run({ ...shared, ...state });
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
  const finish = await open({ part: "finish" });
  const { full } = await finish.run(model === "large" ? { ...last } : { flow: last.flow });
  return planesOf(full);
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
