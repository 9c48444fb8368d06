/** Long work of the host: it goes on when a page closes, and every door sees it. */
import { z } from "zod";
import { demoDocument, importDocument, runDocument } from "../documents.ts";
import { fault } from "../fault.ts";
import { flowDocument, spotDocument } from "../flow.ts";
import { runConfig } from "../run.ts";
import { progress } from "../progress.ts";
import { liveEvent } from "./runs.ts";

export const TASK_STATES = ["queued", "running", "finished", "failed", "cancelled"] as const;

const common = z.object({
  id: z.string(),
  /** In a user's words: "Import of CASME II". */
  title: z.string(),
  state: z.enum(TASK_STATES),
  /** One line for each kind of work, in the order in which it began; the last one is what is being done. */
  progress: z.array(progress),
  notes: z.array(z.string()),
  /** ISO 8601, UTC. */
  started: z.string(),
  ended: z.string().nullable(),
  error: fault.nullable(),
  /** Which door asked for it. */
  from: z.enum(["page", "terminal"]),
});

export const task = z.discriminatedUnion("kind", [
  common.extend({ kind: z.literal("import"), result: z.array(importDocument).nullable() }),
  /** An import's report with nothing stored. */
  common.extend({ kind: z.literal("preview"), result: z.array(importDocument).nullable() }),
  /** `beside`: the same evaluation on other inputs, for rows beside the document's run. */
  common.extend({
    kind: z.literal("demo"),
    result: z.object({ document: demoDocument, beside: z.array(runDocument) }).nullable(),
  }),
  common.extend({ kind: z.literal("flow"), result: flowDocument.nullable() }),
  /** The search for apexes by motion. */
  common.extend({ kind: z.literal("spot"), result: spotDocument.nullable() }),
  /** `run`: the run's id, as soon as it is known. `config`: as asked for, some defaults unsettled. */
  common.extend({
    kind: z.literal("run"),
    run: z.string().nullable(),
    config: runConfig.nullable(),
    result: runDocument.nullable(),
  }),
]);
export type Task = z.infer<typeof task>;
export type TaskKind = Task["kind"];

export const taskRef = z.object({ id: z.string() });

/** What became stale for a window that shows it. */
export const CHANGES = ["study", "samples", "runs", "settings", "workspace"] as const;

/**
 * The one stream of a window. It starts with `tasks` (or, after a reconnect, goes on with what was missed); `live`
 * events are of the runs that the window asked to watch.
 */
export const hostEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tasks"), tasks: z.array(task) }),
  z.object({ kind: z.literal("task"), task }),
  z.object({ kind: z.literal("changed"), what: z.enum(CHANGES) }),
  z.object({ kind: z.literal("live"), run: z.string(), event: liveEvent }),
]);
export type HostEvent = z.infer<typeof hostEvent>;

/** `live`: ids of runs whose epochs and scores come in the same stream. */
export const followCall = z
  .object({ live: z.array(z.string()).max(16).default([]), lastEventId: z.string().nullish() })
  .default({ live: [] });
