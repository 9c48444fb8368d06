/** How and when a process is to die, and the words that host and harness exchange. */
import { z } from "zod";

/**
 * worker: the worker process alone; host: the process that started it alone; group: both at once, as a closed terminal
 * or a power cut would have it.
 */
export const VICTIMS = ["worker", "group", "host"] as const;

export const death = z.discriminatedUnion("at", [
  /** At the `count`-th touch of a file of the run folder whose name holds `file`; a write is then cut in half. */
  z.object({ at: z.literal("file"), file: z.string(), count: z.int().min(1), victim: z.enum(["worker", "group"]) }),
  /** When the `count`-th message of progress arrives, wherever the worker is by then. */
  z.object({ at: z.literal("progress"), count: z.int().min(1), victim: z.enum(VICTIMS) }),
]);
export type Death = z.infer<typeof death>;

/** Environment of the host: the death (JSON) that its worker brings upon itself, and the file where that is noted. */
export const DEATH = "APEXLAB_TEST_DEATH";
export const NOTE = "APEXLAB_TEST_DEATH_NOTE";

/** Lines that the host prints. */
export const fromHost = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress") }),
  z.object({ type: z.literal("finished"), folder: z.string() }),
  z.object({ type: z.literal("failed"), code: z.string(), message: z.string() }),
]);
export type FromHost = z.infer<typeof fromHost>;
