/** A fault as it crosses from one process, thread or door to another: code, sentence and place of an ApexError. */
import { z } from "zod";
import { ApexError, ERROR_CODES } from "./errors.ts";

export const fault = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  place: z.object({
    file: z.string().optional(),
    row: z.number().optional(),
    clip: z.string().optional(),
    frame: z.number().optional(),
    op: z.string().optional(),
    setting: z.string().optional(),
  }),
});
export type Fault = z.infer<typeof fault>;

/** Among ourselves with the stack too, for whoever debugs. */
export const carriedError = fault.extend({ stack: z.string().optional() });
export type CarriedError = z.infer<typeof carriedError>;

/** What is no ApexError is a fault of the program itself. */
export function carry(error: unknown): CarriedError {
  if (error instanceof ApexError)
    return { code: error.code, message: error.message, place: error.place, stack: error.stack };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, place: {}, stack: error instanceof Error ? error.stack : undefined };
}

export function uncarry({ code, message, place, stack }: CarriedError): ApexError {
  const error = new ApexError(code, message, place);
  if (stack !== undefined) error.stack = stack;
  return error;
}
