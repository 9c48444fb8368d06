/** What host and worker say to each other; every message is checked where it arrives. */
import { z } from "zod";
import { ApexError, ERROR_CODES } from "../contract/errors.ts";
import { jobSpec } from "./key.ts";

/** Host to worker. One job at a time. */
export const toWorker = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), workspaceFolder: z.string(), spec: jobSpec }),
  z.object({ type: z.literal("cancel") }),
]);
export type ToWorker = z.infer<typeof toWorker>;

const place = z.object({
  file: z.string().optional(),
  row: z.number().optional(),
  clip: z.string().optional(),
  frame: z.number().optional(),
  op: z.string().optional(),
  setting: z.string().optional(),
});

const carriedError = z.object({ code: z.enum(ERROR_CODES), message: z.string(), place, stack: z.string().optional() });
export type CarriedError = z.infer<typeof carriedError>;

/** Worker to host. */
export const fromWorker = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), done: z.number(), total: z.number(), note: z.string().nullable() }),
  z.object({ type: z.literal("done"), folder: z.string(), cached: z.boolean() }),
  z.object({ type: z.literal("failed"), error: carriedError }),
]);
export type FromWorker = z.infer<typeof fromWorker>;

/** A fault as it crosses the channel: code, sentence and place stay; the stack is for whoever debugs. */
export function carry(error: unknown): CarriedError {
  if (error instanceof ApexError)
    return { code: error.code, message: error.message, place: error.place, stack: error.stack };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, place: {}, stack: error instanceof Error ? error.stack : undefined };
}

export function uncarry({ code, message, place: where, stack }: CarriedError): ApexError {
  const error = new ApexError(code, message, where);
  if (stack !== undefined) error.stack = stack;
  return error;
}
