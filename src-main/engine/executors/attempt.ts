/** What onnxruntime and the JavaScript engine throw, as one sentence for a person. */
import { ApexError } from "../../contract/errors.ts";

/** onnxruntime's words on the CPU and on GPUs, C++'s, and V8's for an array that does not fit. */
const OUT_OF_MEMORY =
  /bad.?alloc|allocate memory|out of memory|allocation failed|invalid (typed )?array (buffer )?length/i;

/** onnxruntime quotes the failing node: `conv2d at models/cnn.ts:31 (7)`. */
const FAILED_NODE = /Name:\s?'([^']+?)(?: \(\d+\))?'/;

/** Something that a device may refuse; `doing` says what it was, as in "running a program", `at` the op, if one is meant. */
export async function attempt<T>(doing: string, run: () => T | Promise<T>, at?: string): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw refusal(doing, error, at);
  }
}

/** ApexError `out-of-memory` or `executor-failed`; faults that are sentences already pass through. */
export function refusal(doing: string, error: unknown, at?: string): ApexError {
  if (error instanceof ApexError) return error;
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
  const op = at ?? FAILED_NODE.exec(reason)?.[1];
  if (OUT_OF_MEMORY.test(reason)) {
    const where = op === undefined ? "" : `, at ${op}`;
    return new ApexError("out-of-memory", `Memory ran out while ${doing}${where}: use smaller batches or pictures.`, {
      op,
      cause: error,
    });
  }
  const where = at === undefined ? "" : `, at ${at}`;
  return new ApexError("executor-failed", `The device failed while ${doing}${where}: ${reason}`, { op, cause: error });
}
