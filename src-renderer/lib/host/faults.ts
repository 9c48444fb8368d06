/** Whatever goes wrong, as the sentence that a person reads. */
import { fault as faultShape, type Fault } from "../../../src-main/contract/fault.ts";

/** No host answered: the call never arrived, or its answer was no answer of ours. */
export const HOST_SILENT =
  "Apexlab's host process does not answer. It may be starting again: this page goes on by itself when it does.";

/** The host's own sentence and place; one of ours where the host said nothing. */
export function faultOf(error: unknown): Fault {
  const data = error instanceof Error && "data" in error ? error.data : null;
  const told = faultShape.safeParse(typeof data === "object" && data !== null && "fault" in data ? data.fault : null);
  if (told.success) return told.data;
  if (error instanceof Error && error.name === "TRPCClientError")
    return { code: "internal", message: HOST_SILENT, place: {} };
  const said = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `A fault of this page: ${said}`, place: {} };
}

/** True where asking again may help, since no host answered. */
export const isSilence = (error: unknown): boolean => faultOf(error).message === HOST_SILENT;
