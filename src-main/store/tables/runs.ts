/** Runs: a configuration, its jobs, its state and, once there is one, its document. */
import { z } from "zod";
import { type RunDocument, type RunState, runDocument, runState } from "../../contract/documents.ts";
import { ApexError } from "../../contract/errors.ts";
import { HEAD_MOTIONS } from "../../contract/flow.ts";
import { type RunConfig, runConfig } from "../../contract/run.ts";
import type { Workspace } from "../workspace.ts";

const runJob = z.object({
  step: z.string(),
  key: z.string(),
  /** Milliseconds of a training that was made from start to end in one go. */
  ms: z.number().optional(),
});
export type RunJob = z.infer<typeof runJob>;

export interface RunRecord {
  readonly id: string;
  readonly config: RunConfig;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly jobs: readonly RunJob[];
  readonly document: RunDocument | null;
}

const row = z.object({
  id: z.string(),
  config: z.string(),
  state: runState,
  created: z.string(),
  jobs: z.string(),
  document: z.string().nullable(),
});

const SELECT = "SELECT id, config, state, created, jobs, document FROM runs";

type Runs = Pick<Workspace, "db" | "beingWritten">;

/** A new run, `queued`. Its id must be new. */
export function createRun(store: Runs, run: Pick<RunRecord, "id" | "config" | "jobs">): RunRecord {
  const created = new Date().toISOString();
  store.db.run(
    "INSERT INTO runs (id, config, state, created, jobs) VALUES (?, ?, 'queued', ?, ?)",
    run.id,
    JSON.stringify(run.config),
    created,
    JSON.stringify(run.jobs),
  );
  return { ...run, state: "queued", created, document: null };
}

/** Changes what is given; unknown ids are `not-found`. */
export function updateRun(
  store: Runs,
  id: string,
  change: Partial<Pick<RunRecord, "state" | "jobs" | "document">>,
): void {
  const changed = store.db.run(
    "UPDATE runs SET state = coalesce(?, state), jobs = coalesce(?, jobs), document = coalesce(?, document) WHERE id = ?",
    change.state ?? null,
    change.jobs === undefined ? null : JSON.stringify(change.jobs),
    change.document === undefined || change.document === null ? null : JSON.stringify(change.document),
    id,
  );
  if (changed === 0) throw new ApexError("not-found", `There is no run ${id}.`);
}

/** Every run, newest first. */
export function listRuns(store: Runs): RunRecord[] {
  return store.db.all(`${SELECT} ORDER BY created DESC, rowid DESC`).map((raw) => fromRow(store, raw));
}

/** The run of exactly this id. */
export function findRun(store: Runs, id: string): RunRecord | undefined {
  const raw = store.db.get(`${SELECT} WHERE id = ?`, id);
  return raw === undefined ? undefined : fromRow(store, raw);
}

/** The run whose id is, or begins with, `text`. None or several: `not-found`, with what there is to choose from. */
export function getRun(store: Runs, text: string): RunRecord {
  const exact = findRun(store, text);
  if (exact !== undefined) return exact;
  const found = text === "" ? [] : listRuns(store).filter(({ id }) => id.startsWith(text));
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only;
  throw found.length === 0
    ? new ApexError("not-found", `There is no run "${text}" in this study: look it up in the list of its runs.`)
    : new ApexError(
        "not-found",
        `"${text}" begins several runs (${found.map(({ id }) => id).join(", ")}): give more of the one you mean.`,
      );
}

/** Runs from before the head's motion was a choice had it taken off; a new run says what it has. */
const storedConfig = runConfig.extend({ headMotion: z.enum(HEAD_MOTIONS).default("remove") });
const storedDocument = runDocument.extend({ config: storedConfig });

/** A run that is stored as running while nobody writes died with its process. */
function fromRow(store: Runs, raw: unknown): RunRecord {
  const held = row.parse(raw);
  const alive = held.state === "queued" || held.state === "running";
  return {
    id: held.id,
    config: storedConfig.parse(JSON.parse(held.config)),
    state: alive && !store.beingWritten() ? "interrupted" : held.state,
    created: held.created,
    jobs: z.array(runJob).parse(JSON.parse(held.jobs)),
    document: held.document === null ? null : storedDocument.parse(JSON.parse(held.document)),
  };
}
