/** A run's table as CSV (RFC 4180): numbers stay numbers, and no cell is ever taken for a formula. */
import type { PublishedRow } from "../../../../src-main/contract/api/runs.ts";
import { CLASSES } from "../../../../src-main/contract/classes.ts";
import type { RunDocument } from "../../../../src-main/contract/documents.ts";
import { figureRows } from "./rows.ts";

type Cell = string | number | null;

const HEAD = ["row", "test", "seed", "n", "uf1", "uar", "accuracy", "uf1_sd", "uar_sd", "accuracy_sd"] as const;
/** As confusion[true][predicted]. */
const CELLS = CLASSES.flatMap((coded) => CLASSES.map((predicted) => `${coded}_as_${predicted}`));

/** One line a held-out dataset and seed with its confusion, then mean, majority and the paper. Fractions, not percent. */
export function runCsv(document: RunDocument, published: readonly PublishedRow[]): string {
  const confusions = document.folds.map(({ confusion }) => confusion.flat());
  const lines: Cell[][] = figureRows(document, published).map(({ kind, name, test, seed, n, figures, spread }, at) => [
    kind === "fold" ? "held-out dataset" : name,
    test,
    seed,
    n,
    figures.uf1,
    figures.uar,
    figures.accuracy,
    spread?.uf1 ?? null,
    spread?.uar ?? null,
    spread?.accuracy ?? null,
    ...(confusions[at] ?? CELLS.map(() => null)),
  ]);
  return csv([[...HEAD, ...CELLS], ...lines]);
}

/** Lines end in CRLF, the last one too. */
export const csv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");

/**
 * A number is written as it is, a negative one as well. A text that a spreadsheet would compute (=, +, -, @, or a tab
 * or line break before one) gets an apostrophe before it, which makes it text again.
 */
export function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const safe = /^[\s\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
