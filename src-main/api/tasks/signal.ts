/** The end of a call, which a stream must know of. */
import { ApexError } from "../../contract/errors.ts";

/** Errors: `internal` for a call that came without one. */
export function signalOf(signal: AbortSignal | undefined): AbortSignal {
  if (signal === undefined) throw new ApexError("internal", "A stream was asked for by a door that cannot end it.");
  return signal;
}
