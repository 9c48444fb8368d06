/** What host and worker say to each other; every message is checked where it arrives. */
import { z } from "zod";
import { carriedError } from "../contract/fault.ts";
import { jobSpec } from "./key.ts";

/** Host to worker. One job at a time. */
export const toWorker = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), workspaceFolder: z.string(), spec: jobSpec }),
  z.object({ type: z.literal("cancel") }),
]);
export type ToWorker = z.infer<typeof toWorker>;

/** Worker to host. */
export const fromWorker = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), done: z.number(), total: z.number(), note: z.string().nullable() }),
  z.object({ type: z.literal("done"), folder: z.string(), cached: z.boolean() }),
  z.object({ type: z.literal("failed"), error: carriedError }),
]);
export type FromWorker = z.infer<typeof fromWorker>;
