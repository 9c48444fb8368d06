/** A release folder or a manifest becomes part of the study: read whole first, then stored in one transaction. */
import type { ImportCall } from "../contract/calls.ts";
import type { ImportDocument } from "../contract/documents.ts";
import { applyImport, compareImport } from "../store/tables/imports.ts";
import { readImport } from "../study/import.ts";
import { type Context, type Hooks, studyOf } from "./context.ts";

/**
 * One document a dataset. With `dryRun` nothing is stored. Faults of the file end it with an unchanged workspace; so
 * does, with `strict`, any fault of a row.
 */
export async function importRelease(context: Context, call: ImportCall, hooks: Hooks): Promise<ImportDocument[]> {
  const { dryRun, ...request } = call;
  const imports = await readImport({ ...request, signal: hooks.signal, onProgress: hooks.onProgress });
  hooks.signal?.throwIfAborted();
  if (dryRun && context.workspace === null) {
    return imports.map(({ document, samples }) => ({
      ...document,
      changes: { added: samples.length, updated: 0, unchanged: 0 },
    }));
  }
  const workspace = studyOf(context);
  const outcomes = dryRun ? compareImport(workspace, imports) : applyImport(workspace, imports);
  for (const { document, unlisted } of outcomes) {
    if (unlisted.length > 0)
      hooks.note?.(
        `${document.dataset}: ${unlisted.length} samples of the study are not in this import and stay as they were: ${unlisted.slice(0, 5).join(", ")}${unlisted.length > 5 ? ", ..." : ""}.`,
      );
  }
  return outcomes.map(({ document }) => document);
}
