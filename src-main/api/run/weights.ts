/** A file of first weights: looked at before anything of a run is made, and part of its keys by its digest. */
import { readFile, stat } from "node:fs/promises";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { backboneNamed } from "../../learning/backbones/table.ts";
import { pretrained } from "../../learning/pretrained.ts";
import { digestFiles } from "../../store/tables/digests.ts";
import type { Workspace } from "../../store/workspace.ts";

/** Far more than any backbone here takes. */
const MOST_BYTES = 1_000_000_000;

/**
 * The file's SHA-256; null where the run starts from random weights.
 * Throws `file-missing`, `file-unreadable`, and `weights-invalid`, naming the file, for weights that do not fit.
 */
export async function weightsDigest(
  workspace: Workspace,
  { weights: file, backbone, size }: Pick<RunConfig, "weights" | "backbone" | "size">,
): Promise<string | null> {
  if (file === null) return null;
  const bytes = await read(file);
  try {
    pretrained(backboneNamed(backbone), [3, size, size], bytes);
  } catch (error) {
    if (!(error instanceof ApexError) || error.code !== "weights-invalid") throw error;
    throw new ApexError(error.code, `${file}: ${error.message}`, { ...error.place, file, cause: error });
  }
  const [digest] = await digestFiles(workspace, [file]);
  return digest;
}

async function read(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= MOST_BYTES) return await readFile(file);
  } catch (error) {
    throw fromSystemError(error, "reading first weights");
  }
  throw new ApexError("weights-invalid", `${file} is larger than the weights of any network here: choose another.`, {
    file,
    setting: "weights",
  });
}
