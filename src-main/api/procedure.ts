/** How a call of the host is made: its context, and faults that keep their code, sentence and place. */
import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import type { Fault } from "../contract/fault.ts";
import { ApexError, type ErrorCode, unreachable } from "../contract/errors.ts";
import type { Call } from "./house.ts";

const t = initTRPC.context<Call>().create({
  // No stack ever leaves the host.
  isDev: false,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: faultOf(error).message,
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path, fault: faultOf(error) },
  }),
  // A comment now and then, so that both ends notice a dead line; the client then comes again with its last id.
  sse: { ping: { enabled: true, intervalMs: 5000 }, client: { reconnectAfterInactivityMs: 20_000 } },
});

export const { router } = t;

/** Faults of ours get the status that fits; the sentence is the same at every door. */
export const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok || !(result.error.cause instanceof ApexError)) return result;
  const { cause } = result.error;
  throw new TRPCError({ code: statusOf(cause.code), message: cause.message, cause });
});

/** The fault that a door shows for an error of a call. */
export function faultOf(error: TRPCError): Fault {
  const { cause } = error;
  if (cause instanceof ApexError) return { code: cause.code, message: cause.message, place: cause.place };
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : ` at "${issue.path.join(".")}"`;
    return { code: "usage", message: `The call is not understood${where}: ${issue?.message ?? ""}`, place: {} };
  }
  switch (error.code) {
    case "NOT_FOUND":
    case "METHOD_NOT_SUPPORTED":
      return { code: "not-found", message: "There is no such call: reload the page.", place: {} };
    case "PARSE_ERROR":
    case "BAD_REQUEST":
    case "UNSUPPORTED_MEDIA_TYPE":
    case "PAYLOAD_TOO_LARGE":
      return { code: "usage", message: "The call is not understood: it is no valid JSON, or too long.", place: {} };
    default:
      return { code: "internal", message: `A fault of the program itself: ${error.message}`, place: {} };
  }
}

export function statusOf(code: ErrorCode): TRPCError["code"] {
  switch (code) {
    case "usage":
    case "table-invalid":
    case "row-invalid":
    case "run-invalid":
    case "file-unreadable":
    case "weights-invalid":
    case "path-escapes":
      return "BAD_REQUEST";
    case "not-found":
    case "file-missing":
      return "NOT_FOUND";
    case "changed-meanwhile":
    case "workspace-busy":
    case "workspace-newer":
      return "CONFLICT";
    case "refused":
    case "read-only":
      return "FORBIDDEN";
    case "cancelled":
      return "CLIENT_CLOSED_REQUEST";
    case "disk-full":
    case "database-corrupt":
    case "shape-mismatch":
    case "graph-invalid":
    case "executor-failed":
    case "out-of-memory":
    case "not-finite":
    case "worker-died":
    case "internal":
      return "INTERNAL_SERVER_ERROR";
    default:
      return unreachable(code, "error code");
  }
}
