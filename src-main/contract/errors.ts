/**
 * Faults as a person reads them: a code that programs switch on, and one sentence that names the file, row, frame or
 * op and says what to do. Every door prints `message` as it is; nothing else in the house invents error texts.
 */
export const ERROR_CODES = [
  "usage", // wrong options or arguments (exit 2)
  "file-missing",
  "file-unreadable", // not the format it should be, truncated, too large
  "table-invalid", // no table, empty, wrong sheet, a missing column
  "path-escapes", // a path that leaves its root
  "row-invalid", // only with --strict: a fault of a row
  "disk-full",
  "read-only",
  "workspace-newer",
  "workspace-busy", // a second writer holds the lock
  "database-corrupt",
  "run-invalid", // a run that cannot be: one dataset, no samples, a missing input
  "not-found",
  "changed-meanwhile", // another window changed what this one shows: both values are in the sentence
  "refused", // a door that stays shut: a wrong cookie, host or origin
  "shape-mismatch", // engine: shapes or dtypes that do not fit
  "graph-invalid", // engine: a graph that the verifier refuses
  "executor-failed", // engine: the device or onnxruntime refused
  "out-of-memory",
  "weights-invalid", // a weights file that is truncated, overlapping, of the wrong model
  "not-finite", // training met NaN or infinity
  "cancelled",
  "worker-died",
  "internal", // a bug of ours; the sentence says what was being done
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where a fault lies, as far as it is known. */
export interface ErrorPlace {
  readonly file?: string;
  readonly row?: number;
  readonly clip?: string;
  readonly frame?: number;
  readonly op?: string;
  /** The setting that the sentence asks to change, as calls name it (`datasets`, `lr`); the terminal names its option. */
  readonly setting?: string;
}

export class ApexError extends Error {
  override readonly name = "ApexError";
  readonly code: ErrorCode;
  readonly place: ErrorPlace;

  constructor(code: ErrorCode, message: string, options: ErrorPlace & { cause?: unknown } = {}) {
    const { cause, ...place } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.place = place;
  }
}

/** The system's own faults that have a meaning for a user; anything unknown is passed through unchanged. */
export function fromSystemError(error: unknown, doing: string): unknown {
  if (error instanceof ApexError || !(error instanceof Error)) return error;
  const code = "code" in error ? error.code : undefined;
  const file = "path" in error && typeof error.path === "string" ? error.path : undefined;
  const where = file === undefined ? "" : ` (${file})`;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "SQLITE_FULL":
      return new ApexError("disk-full", `The disk is full while ${doing}${where}: free some space and try again.`, {
        file,
        cause: error,
      });
    case "EROFS":
    case "EACCES":
    case "EPERM":
    case "SQLITE_READONLY":
    case "SQLITE_CANTOPEN":
      return new ApexError(
        "read-only",
        `Writing is not allowed while ${doing}${where}: choose a folder that you may write to.`,
        { file, cause: error },
      );
    case "ENOENT":
      return new ApexError("file-missing", `Not found while ${doing}${where}.`, { file, cause: error });
    default:
      return error;
  }
}

/** Marks a branch that the types rule out; a new member of a union then fails the type check. */
export function unreachable(value: never, what: string): never {
  throw new ApexError("internal", `Unexpected ${what}: ${JSON.stringify(value)}.`);
}
