import { ApexError } from "../contract/errors.ts";

/** Throws ApexError `cancelled` once the signal is given; asked between steps, so that work ends within one. */
export function demandGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ApexError("cancelled", "The run was cancelled.");
}
