/** RAFT as this program computes it, against a folder of the official code's numbers (made-up weights and pictures). */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import type { CheckedFile, VerifyDocument } from "../contract/flow-verify.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { Executor } from "../engine/index.ts";
import { type Check, checkFlow, checkParameters, passes } from "../vision/flow/raft/reference/check.ts";
import { flowFixture, parameterFixture } from "../vision/flow/raft/reference/fixture.ts";

export interface VerifyOptions {
  readonly executor: Executor;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const PARAMETERS = /^parameters.*\.json$/;
const FLOW = /^flow_.*\.json$/;

/**
 * Checks every parameters*.json and flow_*.json of a folder. Errors: `file-missing` (no such folder, or none of these
 * files in it), `file-unreadable` (a file of another format), `cancelled`, and those of the executor.
 */
export async function verifyFlow(folder: string, options: VerifyOptions): Promise<VerifyDocument> {
  const { executor, onProgress, signal } = options;
  const names = (await listed(folder)).filter((name) => PARAMETERS.test(name) || FLOW.test(name)).sort();
  if (!names.some((name) => FLOW.test(name)))
    throw new ApexError("file-missing", `${folder} holds no reference numbers (flow_*.json).`, { file: folder });
  const files: CheckedFile[] = [];
  for (const name of names) {
    onProgress?.({ what: "Checking RAFT", done: files.length, total: names.length, left: null, note: name });
    if (signal?.aborted === true) throw new ApexError("cancelled", "Checking RAFT was cancelled.");
    const file = path.join(folder, name);
    if (PARAMETERS.test(name)) {
      const fixture = await parsed(file, parameterFixture);
      files.push(checked(name, fixture, checkParameters(fixture)));
    } else {
      const fixture = await parsed(file, flowFixture);
      files.push(checked(name, fixture, await checkFlow(fixture, executor)));
    }
  }
  onProgress?.({ what: "Checking RAFT", done: names.length, total: names.length, left: null, note: null });
  return { folder, files, passed: files.every((file) => file.passed) };
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw fromSystemError(error, "looking for reference numbers");
  }
}

async function parsed<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw fromSystemError(error, "reading reference numbers");
    throw new ApexError("file-unreadable", `${file} is no JSON.`, { file, cause: error });
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [{ path: where, message }] = read.error.issues;
  throw new ApexError("file-unreadable", `${file} is not in the reference format: ${where.join(".")}: ${message}.`, {
    file,
  });
}

function checked(
  file: string,
  { model, seed }: { readonly model: CheckedFile["model"]; readonly seed: number },
  checks: readonly Check[],
): CheckedFile {
  const stages = checks.map((check) => ({
    stage: check.stage,
    difference: Number.isFinite(check.difference) ? check.difference : null,
    tolerance: check.tolerance,
    passed: passes(check),
  }));
  return { file, model, seed, stages, passed: stages.every((stage) => stage.passed) };
}
