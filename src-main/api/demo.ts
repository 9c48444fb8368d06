import type { DemoCall } from "../contract/calls.ts";
import type { DemoDocument, RunDocument } from "../contract/documents.ts";
import { ApexError } from "../contract/errors.ts";
import type { Context, Hooks } from "./context.ts";

export interface DemoOutcome {
  readonly document: DemoDocument;
  readonly beside: readonly RunDocument[];
}
export function demo(_context: Context, _call: DemoCall, _hooks: Hooks): Promise<DemoOutcome> {
  throw new ApexError("internal", "not yet");
}
