/** What runs programs. Every executor gives the same results within the tolerance of its arithmetic. */
import type { Value } from "../graph.ts";
import type { Program } from "../program.ts";

/** A compiled program. Dispose it with `await using`. */
export interface Session extends AsyncDisposable {
  /**
   * Runs once: a value for every input, by name; gives a value for every output.
   * Throws ApexError `shape-mismatch` when a feed is missing, unknown or of another type, `executor-failed` or
   * `out-of-memory` when the device refuses.
   */
  readonly run: (feeds: Readonly<Record<string, Value>>) => Promise<Record<string, Value>>;
}

export interface Executor {
  /** `reference`, `onnx-cpu`: as it stands in keys and reports. */
  readonly name: string;
  /** Verifies, simplifies and compiles. Throws ApexError `graph-invalid`, `shape-mismatch` or `executor-failed`. */
  readonly compile: (program: Program) => Promise<Session>;
  /**
   * Frees the memory of results that nobody reads any more: they are empty afterwards, and whoever kept their arrays
   * sees later results in them. Absent where results may share memory with something else.
   */
  readonly free?: (results: Iterable<Value>) => void;
}
