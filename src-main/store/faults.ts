/** SQLite's and the system's faults as a person reads them. */
import { statfsSync } from "node:fs";
import { ApexError, fromSystemError } from "../contract/errors.ts";

/** Less free space than this and an unclear write error means a full disk. */
const FULL_BELOW_BYTES = 64 * 1024;

const codeOf = (error: Error) => ("code" in error && typeof error.code === "string" ? error.code : "");

/**
 * `error` as an ApexError where it has a meaning for a user, else unchanged. `folder` is where the writing happened:
 * SQLite and picture libraries report a full disk as a plain input/output error, so the free space is looked at.
 */
export function asFault(error: unknown, doing: string, folder: string): unknown {
  const known = fromSystemError(error, doing);
  if (known instanceof ApexError || !(error instanceof Error)) return known;
  const code = codeOf(error);
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN"))
    return new ApexError(
      "read-only",
      `Writing is not allowed while ${doing} (${folder}): choose a folder that you may write to.`,
      {
        file: folder,
        cause: error,
      },
    );
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new ApexError("workspace-busy", `Another process is using ${folder}: close it, then try again.`, {
      file: folder,
      cause: error,
    });
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB")
    return new ApexError(
      "database-corrupt",
      `The study's database is damaged (${folder}): start the command again, and the last backup is opened.`,
      {
        file: folder,
        cause: error,
      },
    );
  if (diskIsFull(folder))
    return new ApexError("disk-full", `The disk is full while ${doing} (${folder}): free some space and try again.`, {
      file: folder,
      cause: error,
    });
  return error;
}

/** Runs `work`; its faults leave as sentences (see asFault). */
export function withFaults<T>(context: { doing: string; folder: string }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFault(error, context.doing, context.folder);
  }
}

function diskIsFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < FULL_BELOW_BYTES;
  } catch {
    return false; // the folder itself is gone: then the first error says more
  }
}
