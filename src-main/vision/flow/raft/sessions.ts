/**
 * RAFT as three compiled programs of one size: encode once, iterate as often as wanted, finish once. Between iterations
 * the state passes through here, so a pair may stop early and a person may cancel.
 */
import {
  constant,
  type Executor,
  input,
  type Program,
  program,
  type Session,
  type Tensor,
  type Value,
  value,
  zeros,
} from "../../../engine/index.ts";
import { ApexError } from "../../../contract/errors.ts";
import type { RaftModel } from "./model.ts";
import { type Encoded, raftEncode, raftIterate, raftUpsample } from "./network.ts";
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

export interface Sessions extends AsyncDisposable {
  readonly model: RaftModel;
  readonly size: Size;
  /** first, second -> hidden and what the iterations share. */
  readonly encode: Session;
  /** hidden, flow, shared -> hidden, flow, step. */
  readonly iterate: Session;
  /** flow, and for the large network hidden -> full. */
  readonly finish: Session;
}

/** Throws ApexError as the executor's `compile`. */
export async function compile({ weights: { model, parameters }, executor }: RaftParts, size: Size): Promise<Sessions> {
  const constants = Object.fromEntries(
    [...parameters].map(([name, { data, shape }]) => [name, constant(data, shape)] as const),
  );
  const sessions = new AsyncDisposableStack();
  const use = async (what: Program): Promise<Session> => sessions.use(await executor.compile(what));
  try {
    const programs = build(model, constants, size);
    return {
      model,
      size,
      encode: await use(programs.encode),
      iterate: await use(programs.iterate),
      finish: await use(programs.finish),
      [Symbol.asyncDispose]: () => sessions.disposeAsync(),
    };
  } catch (error) {
    await sessions.disposeAsync();
    throw error;
  }
}

/** What the iterations share, as named tensors. */
function named({ pyramid, context }: Encoded): Record<string, Tensor> {
  return {
    ...Object.fromEntries(pyramid.map(({ maps }, level) => [`level${level}`, maps])),
    ...Object.fromEntries(Object.entries(context).map(([gate, tensor]) => [`context ${gate}`, tensor])),
  };
}

function build(model: RaftModel, parameters: Readonly<Record<string, Tensor>>, [n, height, width]: Size) {
  const images = [input("first", [n, 3, height, width]), input("second", [n, 3, height, width])] as const;
  const encoded = raftEncode({ model, images, parameters });
  const shared = named(encoded);

  const [hidden, flow] = [input("hidden", encoded.hidden.shape), input("flow", [n, 2, height / CELL, width / CELL])];
  const fed = Object.fromEntries(Object.entries(shared).map(([name, { shape }]) => [name, input(name, shape)]));
  const next = raftIterate(
    {
      pyramid: encoded.pyramid.map((level, i) => ({ ...level, maps: fed[`level${i}`] })),
      context: Object.fromEntries(Object.keys(encoded.context).map((gate) => [gate, fed[`context ${gate}`]])),
    },
    { hidden, flow },
    { model, parameters },
  );
  const full = raftUpsample({ hidden, flow }, { model, parameters });
  return {
    encode: program({ inputs: images, outputs: { hidden: encoded.hidden, ...shared } }),
    iterate: program({
      inputs: [hidden, flow, ...Object.values(fed)],
      outputs: { hidden: next.state.hidden, flow: next.state.flow, step: next.step },
    }),
    finish: program({ inputs: model === "large" ? [hidden, flow] : [flow], outputs: { full } }),
  };
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
  for (let k = 0; k < iterations && settled.includes(null); k++) {
    if (signal?.aborted === true) throw new ApexError("cancelled", "The optical flow was cancelled.");
    const { step, ...next } = await iterate.run({ ...shared, ...state });
    state = { hidden: next.hidden, flow: next.flow };
    // A pair alone in its batch stops by the same rule as one among others.
    for (let i = 0; i < n; i++)
      if (settled[i] === null && largest(part(step, i)) * CELL < threshold) settled[i] = partOf(state, i);
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

function largest({ data }: Value): number {
  let most = 0;
  for (const x of data) most = Math.max(most, Math.abs(x));
  return most;
}
