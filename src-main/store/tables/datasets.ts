/** The study's datasets: how their classes are derived, where they came from, the latest import's report. */
import { z } from "zod";
import { compareDatasets } from "../../contract/datasets.ts";
import { type ImportDocument, importDocument } from "../../contract/documents.ts";
import { type LabelRule, labelRule } from "../../contract/sample.ts";
import type { Store } from "./samples.ts";

export interface DatasetRecord {
  readonly id: string;
  readonly rule: LabelRule;
  /** Absolute path of the folder or table that it was imported from. */
  readonly source: string;
  readonly document: ImportDocument;
  /** ISO 8601, UTC. */
  readonly imported: string;
}

const row = z.object({
  id: z.string(),
  rule: z.string(),
  source: z.string(),
  document: z.string(),
  imported: z.string(),
});

/** In table order. */
export function listDatasets(store: Store): DatasetRecord[] {
  const rows = store.db.all("SELECT id, rule, source, document, imported FROM datasets");
  return rows.map((raw) => fromRow(store, raw)).sort((a, b) => compareDatasets(a.id, b.id));
}

/** Inserts the dataset, or brings the one of its id up to date. */
export function putDataset(store: Store, record: DatasetRecord): void {
  store.db.run(
    `INSERT INTO datasets (id, rule, source, document, imported) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, source = excluded.source, document = excluded.document, imported = excluded.imported`,
    record.id,
    JSON.stringify(record.rule),
    store.toStored(record.source),
    JSON.stringify(record.document),
    record.imported,
  );
}

/** Another label rule for a dataset; the samples stay as they are. */
export function updateRule(store: Pick<Store, "db">, id: string, rule: LabelRule): void {
  store.db.run("UPDATE datasets SET rule = ? WHERE id = ?", JSON.stringify(rule), id);
}

function fromRow(store: Store, raw: unknown): DatasetRecord {
  const held = row.parse(raw);
  return {
    id: held.id,
    rule: labelRule.parse(JSON.parse(held.rule)),
    source: store.fromStored(held.source),
    document: importDocument.parse(JSON.parse(held.document)),
    imported: held.imported,
  };
}
