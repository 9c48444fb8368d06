/** RAFT's weights from a file, whatever its format and its naming. */
import { ApexError } from "../../../../contract/errors.ts";
import { isPth, readPth, readSafetensors, sameShape, type Value } from "../../../../engine/index.ts";
import { parametersOf, RAFT_MODELS, type RaftModel } from "../model.ts";
import type { RaftWeights } from "../sessions.ts";
import { networkOf } from "./kinds.ts";
import { knownNames } from "./names.ts";

type Tensors = ReadonlyMap<string, Value>;

export interface WeightSource {
  /** As a person knows the file. */
  readonly file: string;
  /** The network that is wanted; default: whichever the file holds. */
  readonly model?: RaftModel;
}

/**
 * Reads safetensors or PyTorch's .pth (zip) with the authors' names (`module.` before them or not) or torchvision's.
 * Throws ApexError `weights-invalid`, naming the file: for a damaged one, and for another network, which it names.
 */
export function readRaftWeights(bytes: Uint8Array, { file, model }: WeightSource): RaftWeights {
  const tensors = counted(tensorsOf(bytes, file));
  const found = raftModelOf(tensors);
  if (found === null || (model !== undefined && model !== found)) {
    const holds = found === null ? networkOf(tensors) : `RAFT-${found}`;
    refuse(file, `it holds ${holds}, not ${model === undefined ? "RAFT-small or RAFT-large" : `RAFT-${model}`}`);
  }
  return { model: found, parameters: parametersFrom(tensors, found, file) };
}

function refuse(file: string, reason: string): never {
  throw new ApexError("weights-invalid", `The weights in ${file} are not usable: ${reason}.`, { file });
}

function tensorsOf(bytes: Uint8Array, file: string): Tensors {
  try {
    return isPth(bytes) ? readPth(bytes) : readSafetensors(bytes, isCounter).tensors;
  } catch (error) {
    if (!(error instanceof ApexError)) throw error;
    throw new ApexError(error.code, `${file}: ${error.message}`, { file, cause: error });
  }
}

const isCounter = (name: string): boolean => name.endsWith(".num_batches_tracked");

const PREFIX = "module.";

/** Without the prefix of a network that was trained in parallel, and without counters that evaluation does not use. */
function counted(tensors: Tensors): Tensors {
  const prefixed = [...tensors.keys()].every((name) => name.startsWith(PREFIX));
  return new Map(
    [...tensors]
      .map(([name, tensor]) => [prefixed ? name.slice(PREFIX.length) : name, tensor] as const)
      .filter(([name]) => !isCounter(name)),
  );
}

/** By the first layer of the context encoder, whose width tells the two apart. */
function raftModelOf(tensors: Tensors): RaftModel | null {
  const stem = tensors.get("cnet.conv1.weight") ?? tensors.get("context_encoder.convnormrelu.0.weight");
  if (stem === undefined) return null;
  const fits = (model: RaftModel): boolean =>
    parametersOf(model).some(({ name, shape }) => name === "cnet.conv1.weight" && sameShape(shape, stem.shape));
  return RAFT_MODELS.find(fits) ?? null;
}

function parametersFrom(tensors: Tensors, model: RaftModel, file: string): Tensors {
  const known = knownNames(model);
  const foreign = [...tensors.keys()].find((name) => !known.has(name));
  if (foreign !== undefined) refuse(file, `its tensor ${foreign} is no part of RAFT-${model}`);
  // A tensor's own name comes after its others, so where two are there, what stands under its own is kept.
  const byName = new Map<string, Value>();
  for (const [name, own] of known) {
    const tensor = tensors.get(name);
    if (tensor !== undefined) byName.set(own, tensor);
  }
  return new Map(
    parametersOf(model).map(({ name, shape }) => {
      const tensor = byName.get(name);
      if (tensor === undefined) return refuse(file, `RAFT-${model}'s tensor ${name} is missing`);
      if (tensor.dtype !== "float32" || !sameShape(tensor.shape, shape))
        refuse(file, `its ${name} is ${tensor.dtype} [${tensor.shape.join(",")}], not float32 [${shape.join(",")}]`);
      if (!tensor.data.every(Number.isFinite)) refuse(file, `its ${name} holds numbers that are not finite`);
      return [name, tensor];
    }),
  );
}
