/** Everything from which a RAFT training goes on bit for bit, and its file: one safetensors file. */
import { z } from "zod";
import { ApexError } from "../../contract/errors.ts";
import { readSafetensors, type Value, writeSafetensors } from "../../engine/index.ts";
import { parametersOf } from "../../vision/flow/raft/model.ts";
import { MODEL, stateNames } from "./program.ts";

export interface RaftState {
  /** Steps done. */
  readonly step: number;
  /** Pairs drawn. */
  readonly pairs: number;
  /** Parameters, their running averages and their moments by `stateNames`. */
  readonly tensors: ReadonlyMap<string, Value>;
}

const position = z.object({ step: z.int().min(0), pairs: z.int().min(0) });

export function encodeRaftState({ tensors, ...at }: RaftState): Uint8Array {
  return writeSafetensors(tensors, { position: JSON.stringify(at) });
}

/** Throws ApexError `weights-invalid` for bytes that are no checkpoint. */
export function decodeRaftState(bytes: Uint8Array): RaftState {
  const { tensors, metadata } = readSafetensors(bytes);
  const at = position.safeParse(metadata.position === undefined ? null : JSON.parse(metadata.position));
  if (!at.success) throw new ApexError("weights-invalid", "The file is no checkpoint of a RAFT training.");
  return { ...at.data, tensors: withAverages(tensors) };
}

/** A checkpoint from before averages were kept begins them where its parameters are. */
export function withAverages(tensors: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const out = new Map(tensors);
  for (const { name } of parametersOf(MODEL)) {
    const own = tensors.get(stateNames.parameter(name));
    if (own !== undefined && !out.has(stateNames.average(name))) out.set(stateNames.average(name), own);
  }
  return out;
}

/**
 * The parameters' running averages under the parameters' names: what a training is judged by and gives away. An average
 * over the last steps is nearer the valley's floor than any step (Polyak and Juditsky 1992).
 */
export function raftParameters({ tensors }: RaftState): Map<string, Value> {
  const entries = parametersOf(MODEL).map(({ name }) => {
    const tensor = tensors.get(stateNames.average(name));
    if (tensor === undefined) throw new ApexError("weights-invalid", `The checkpoint lacks the parameter ${name}.`);
    return [name, tensor] as const;
  });
  return new Map(entries);
}
