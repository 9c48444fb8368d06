import { ApexError } from "../contract/errors.ts";

/** Stands where a call is agreed and not built yet. */
export function later(): never {
  throw new ApexError("internal", "This call is not built yet.");
}
