/** Samples, every field of contract/sample.ts; paths inside the workspace are stored relative to it. */
import { z } from "zod";
import { compareDatasets } from "../../contract/datasets.ts";
import { ApexError } from "../../contract/errors.ts";
import { type Sample, type SampleKey, sample, sampleId } from "../../contract/sample.ts";
import type { Value } from "../database.ts";
import type { Workspace } from "../workspace.ts";

/** What the tables need of a workspace. */
export type Store = Pick<Workspace, "db" | "folder" | "toStored" | "fromStored">;

/** A sample's fields and their columns. Text unless JSON or a path says otherwise. */
const COLUMNS = {
  dataset: "dataset",
  subject: "subject",
  clip: "clip",
  emotion: "emotion",
  label: "label",
  aus: "aus",
  onset: "onset",
  apex: "apex",
  offset: '"offset"',
  apexSource: "apex_source",
  fps: "fps",
  framing: "framing",
  frames: "frames",
  video: "video",
  onsetImage: "onset_image",
  apexImage: "apex_image",
  flowImage: "flow_image",
  openfaceCsv: "openface_csv",
  status: "status",
  doubts: "doubts",
  notes: "notes",
  originals: "originals",
} as const satisfies Partial<Record<keyof Sample, string>>;

const NAMES = [...Object.values(COLUMNS), "source_table", "source_row"];
const KEY = ["dataset", "subject", "clip"];

/** `status` as a person left it, where one did. */
const REVIEWED = `coalesce((SELECT r.status FROM reviews r
  WHERE r.dataset = samples.dataset AND r.subject = samples.subject AND r.clip = samples.clip), status) AS status`;
/** The apex that motion shows, where the dataset's rule is to use it, none is coded, and it was found in this very span. */
const SPOTTED = `(SELECT f.apex FROM spotted_apexes f JOIN apex_rules u ON u.dataset = f.dataset AND u.rule = 'spotted'
  WHERE f.dataset = samples.dataset AND f.subject = samples.subject AND f.clip = samples.clip
    AND f.onset = samples.onset AND f."offset" IS samples."offset" AND samples.apex_source IS NOT 'table')`;
const AS_IT_STANDS: Readonly<Record<string, string>> = {
  status: REVIEWED,
  apex: `coalesce(${SPOTTED}, apex) AS apex`,
  apex_source: `CASE WHEN ${SPOTTED} IS NULL THEN apex_source ELSE 'spotted' END AS apex_source`,
};
const REVIEWED_NAMES = NAMES.map((name) => AS_IT_STANDS[name] ?? name).join(", ");
const SELECT = `SELECT ${REVIEWED_NAMES} FROM samples`;
const SELECT_IMPORTED = `SELECT ${NAMES.join(", ")} FROM samples`;
const UPSERT = `INSERT INTO samples (${NAMES.join(", ")}) VALUES (${NAMES.map(() => "?").join(", ")})
  ON CONFLICT (${KEY.join(", ")}) DO UPDATE SET ${NAMES.filter((name) => !KEY.includes(name))
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")}`;

const text = z.string().nullable();
const row = z.object({
  dataset: z.string(),
  subject: z.string(),
  clip: z.string(),
  emotion: text,
  label: text,
  aus: text,
  onset: z.number().nullable(),
  apex: z.number().nullable(),
  offset: z.number().nullable(),
  apex_source: text,
  fps: z.number().nullable(),
  framing: z.string(),
  frames: text,
  video: text,
  onset_image: text,
  apex_image: text,
  flow_image: text,
  openface_csv: text,
  status: z.string(),
  doubts: z.string(),
  notes: z.string(),
  originals: z.string(),
  source_table: text,
  source_row: z.number().nullable(),
});

export interface ListOptions {
  /** Ids; all where absent. */
  readonly datasets?: readonly string[];
  /** As the import left them, without what a person said and what was spotted since. */
  readonly asImported?: boolean;
}

/** The study's samples in table order: datasets as in the paper's Table 1, then subject, then clip. */
export function listSamples(store: Store, { datasets, asImported = false }: ListOptions = {}): Sample[] {
  const select = asImported ? SELECT_IMPORTED : SELECT;
  const rows =
    datasets === undefined
      ? store.db.all(select)
      : datasets.flatMap((dataset) => store.db.all(`${select} WHERE dataset = ?`, dataset));
  return rows.map((raw) => fromRow(store, raw)).sort(compareSamples);
}

const rowId = z.object({ id: z.int() });

/**
 * Up to `limit` samples in the order of their storing, after the one that `after` names (0: from the first), and what
 * names the last of them: for going through a large study piece by piece. No more are there when `samples` is empty.
 */
export function samplesAfter(
  store: Store,
  after: number,
  limit: number,
): { readonly samples: Sample[]; readonly last: number } {
  const select = `SELECT id, ${REVIEWED_NAMES} FROM samples WHERE id > ? ORDER BY id LIMIT ?`;
  const rows = store.db.all(select, after, limit);
  const last = rows.length === 0 ? after : rowId.parse(rows.at(-1)).id;
  return { samples: rows.map((raw) => fromRow(store, raw)), last };
}

/** One sample by its key; undefined where there is none. */
export function findSample(store: Store, { dataset, subject, clip }: SampleKey): Sample | undefined {
  const raw = store.db.get(`${SELECT} WHERE dataset = ? AND subject = ? AND clip = ?`, dataset, subject, clip);
  return raw === undefined ? undefined : fromRow(store, raw);
}

/** Inserts the sample, or brings the one of its key up to date. */
export function putSample(store: Store, value: Sample): void {
  store.db.run(UPSERT, ...toRow(store, value));
}

/** One row of the table as it would be stored, for comparing: equal texts are equal rows. */
export function rowText(store: Store, value: Sample): string {
  return JSON.stringify(toRow(store, value));
}

function toRow(store: Store, value: Sample): Value[] {
  const file = (held: string | null) => (held === null ? null : store.toStored(held));
  const frames = value.frames && { folder: store.toStored(value.frames.folder), files: value.frames.files };
  const originals = Object.fromEntries(Object.entries(value.originals).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [
    value.dataset,
    value.subject,
    value.clip,
    value.emotion,
    value.label,
    value.aus,
    value.onset,
    value.apex,
    value.offset,
    value.apexSource,
    value.fps,
    value.framing,
    frames === null ? null : JSON.stringify(frames),
    file(value.video),
    file(value.onsetImage),
    file(value.apexImage),
    file(value.flowImage),
    file(value.openfaceCsv),
    value.status,
    JSON.stringify(value.doubts),
    JSON.stringify(value.notes),
    JSON.stringify(originals),
    value.source.table,
    value.source.row,
  ];
}

function fromRow(store: Store, raw: unknown): Sample {
  const held = row.parse(raw);
  const file = (stored: string | null) => (stored === null ? null : store.fromStored(stored));
  try {
    const value = sample.parse({
      ...held,
      apexSource: held.apex_source,
      frames: held.frames === null ? null : JSON.parse(held.frames),
      video: file(held.video),
      onsetImage: file(held.onset_image),
      apexImage: file(held.apex_image),
      flowImage: file(held.flow_image),
      openfaceCsv: file(held.openface_csv),
      doubts: JSON.parse(held.doubts),
      notes: JSON.parse(held.notes),
      originals: JSON.parse(held.originals),
      source: { table: held.source_table, row: held.source_row },
    });
    if (value.frames === null) return value;
    return { ...value, frames: { ...value.frames, folder: store.fromStored(value.frames.folder) } };
  } catch (error) {
    throw new ApexError(
      "database-corrupt",
      `The stored sample ${sampleId(held)} cannot be read: import ${held.dataset} again.`,
      { cause: error },
    );
  }
}

function compareSamples(a: Sample, b: Sample): number {
  return compareDatasets(a.dataset, b.dataset) || compareText(a.subject, b.subject) || compareText(a.clip, b.clip);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
