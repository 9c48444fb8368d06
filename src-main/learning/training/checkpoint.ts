/**
 * A checkpoint: everything from which a fit goes on bit for bit, as one safetensors file (tensors, and the rest as JSON
 * in its metadata; JSON keeps every float64). And the weights file that a finished fit leaves.
 */
import { z } from "zod";
import { scores } from "../../contract/documents.ts";
import { ApexError } from "../../contract/errors.ts";
import { readSafetensors, safetensors, type Value } from "../../engine/index.ts";
import { type Normaliser, normaliser as normaliserFacts } from "../pictures.ts";
import type { Parameters } from "../predict.ts";
import { position, type TrainerState } from "./trainer.ts";

const place = z.object({
  /** Which of the selection rule's trainings is under way, and the validation scores per epoch of those done. */
  phase: z.int().min(0),
  validation: z.array(z.array(scores)),
  /** Epoch records written before this checkpoint; what stands after them is written again. */
  records: z.int().min(0),
});

export interface FitState extends z.infer<typeof place> {
  /** Null at the start of a phase. */
  readonly trainer: TrainerState | null;
}

const BEST = "best.";

/** The parts of the file, which share the tensors' memory. */
export function encodeCheckpoint({ trainer, ...where }: FitState): Uint8Array[] {
  const tensors = new Map<string, Value>(trainer?.state);
  for (const [name, tensor] of trainer?.best ?? []) tensors.set(BEST + name, tensor);
  const metadata: Record<string, string> = { place: JSON.stringify(where) };
  if (trainer !== null) metadata.position = JSON.stringify(trainer.position);
  return safetensors(tensors, metadata);
}

/** Throws ApexError `weights-invalid` for bytes that are no checkpoint. */
export function decodeCheckpoint(bytes: Uint8Array): FitState {
  const { tensors, metadata } = readSafetensors(bytes);
  const where = parse(place, metadata.place);
  if (metadata.position === undefined) return { ...where, trainer: null };
  const at = parse(position, metadata.position);
  const entries = [...tensors];
  const best = entries.filter(([name]) => name.startsWith(BEST));
  return {
    ...where,
    trainer: {
      position: at,
      state: new Map(entries.filter(([name]) => !name.startsWith(BEST))),
      best: at.best === null ? null : new Map(best.map(([name, tensor]) => [name.slice(BEST.length), tensor])),
    },
  };
}

export interface WeightsFile {
  readonly parameters: Parameters;
  readonly normaliser: Normaliser;
  /** For a reader of the file: backbone, epoch, rule. */
  readonly about: Readonly<Record<string, string>>;
}

/** A trained network with its normaliser, as the parts of a file; equal networks give equal bytes. */
export function encodeWeights({ parameters, normaliser, about }: WeightsFile): Uint8Array[] {
  return safetensors(parameters, { ...about, normaliser: JSON.stringify(normaliser) });
}

/** Throws ApexError `weights-invalid`. */
export function decodeWeights(bytes: Uint8Array): WeightsFile {
  const { tensors, metadata } = readSafetensors(bytes);
  const { normaliser, ...about } = metadata;
  return { parameters: tensors, normaliser: parse(normaliserFacts, normaliser), about };
}

function parse<T>(schema: z.ZodType<T>, text: string | undefined): T {
  let json: unknown;
  try {
    json = JSON.parse(text ?? "");
  } catch (cause) {
    throw new ApexError("weights-invalid", "The file holds tensors, but not what Apexlab writes beside them.", {
      cause,
    });
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw new ApexError("weights-invalid", "The file was written by another version of Apexlab, or is damaged.", {
    cause: read.error,
  });
}
