/** SHA-256 of what is written to the disk at the same time. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

const SLICE = 2 ** 22;

/** As hexadecimal digits, of parts one after the other; in slices, between which the writing takes its own next steps. */
export async function digestOf(parts: readonly Uint8Array[]): Promise<string> {
  const hash = createHash("sha256");
  for (const part of parts)
    for (let at = 0; at < part.length; at += SLICE) {
      hash.update(part.subarray(at, at + SLICE));
      await setImmediate();
    }
  return hash.digest("hex");
}
