/** Imports: one transaction each, whole or not at all, and their history. */
import { z } from "zod";
import { type ImportDocument, importDocument } from "../../contract/documents.ts";
import { type LabelRule, type Sample, sampleId } from "../../contract/sample.ts";
import { withFaults } from "../faults.ts";
import type { Workspace } from "../workspace.ts";
import { putDataset } from "./datasets.ts";
import { type Store, listSamples, putSample, rowText } from "./samples.ts";

export interface DatasetImport {
  readonly dataset: string; // id
  readonly rule: LabelRule;
  /** Absolute path of what was imported. */
  readonly source: string;
  readonly samples: readonly Sample[];
  /** The report; its `changes` are filled in here. */
  readonly document: Omit<ImportDocument, "changes">;
}

export interface ImportOutcome {
  readonly document: ImportDocument;
  /** Keys of samples that the study holds and this import does not list. They stay as they are. */
  readonly unlisted: readonly string[];
}

/** What an import would change, with nothing written. */
export function compareImport(store: Store, imports: readonly DatasetImport[]): ImportOutcome[] {
  return imports.map((given) => {
    const held = new Map(
      listSamples(store, { datasets: [given.dataset], asImported: true }).map((one) => [
        sampleId(one),
        rowText(store, one),
      ]),
    );
    const changes = { added: 0, updated: 0, unchanged: 0 };
    for (const one of given.samples) {
      const known = held.get(sampleId(one));
      held.delete(sampleId(one));
      if (known === undefined) changes.added++;
      else if (known === rowText(store, one)) changes.unchanged++;
      else changes.updated++;
    }
    return { document: { ...given.document, changes }, unlisted: [...held.keys()] };
  });
}

/**
 * Applies the imports (several for a manifest of several datasets) in one transaction, after a backup of what was
 * there. An import adds and updates what it lists and deletes nothing. Errors: `disk-full`, `read-only`.
 */
export function applyImport(workspace: Workspace, imports: readonly DatasetImport[]): ImportOutcome[] {
  workspace.backup();
  return withFaults({ doing: "storing the import", folder: workspace.folder }, () =>
    workspace.db.transaction(() => {
      const outcomes = compareImport(workspace, imports);
      const imported = new Date().toISOString();
      for (const [index, { document }] of outcomes.entries()) {
        const { dataset, rule, source, samples } = imports[index];
        putDataset(workspace, { id: dataset, rule, source, document, imported });
        for (const one of samples) putSample(workspace, one);
        workspace.db.run(
          "INSERT INTO imports (dataset, source, document, imported) VALUES (?, ?, ?, ?)",
          dataset,
          workspace.toStored(source),
          JSON.stringify(document),
          imported,
        );
      }
      return outcomes;
    }),
  );
}

const sources = z.array(z.object({ source: z.string() }));

/** Every folder or table that samples of this dataset were ever imported from; absolute. */
export function importSources(store: Store, dataset: string): string[] {
  const held = store.db.all(
    "SELECT source FROM imports WHERE dataset = ? UNION SELECT source FROM datasets WHERE id = ?",
    dataset,
    dataset,
  );
  return sources.parse(held).map(({ source }) => store.fromStored(source));
}

export interface ImportRecord {
  readonly dataset: string;
  readonly source: string;
  readonly document: ImportDocument;
  readonly imported: string;
}

const row = z.object({ dataset: z.string(), source: z.string(), document: z.string(), imported: z.string() });

/** Every import so far, oldest first. */
export function listImports(store: Store): ImportRecord[] {
  return store.db
    .all("SELECT dataset, source, document, imported FROM imports ORDER BY id")
    .map((raw) => row.parse(raw))
    .map((held) => ({
      ...held,
      source: store.fromStored(held.source),
      document: importDocument.parse(JSON.parse(held.document)),
    }));
}
