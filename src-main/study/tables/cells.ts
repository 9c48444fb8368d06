/** A table as every importer sees it: rows of cells that keep what was written, under the row numbers a spreadsheet shows. */

/**
 * `uncached` is a formula that no program has calculated yet, `error` a formula that failed (#REF!): both have no value.
 * In a CSV file every filled cell is `text`.
 */
type CellKind = "empty" | "text" | "number" | "uncached" | "error";

export interface Cell {
  readonly kind: CellKind;
  /** The value as text, without blanks around it: `006` stays `006`, the number 1 is `1`. Empty without a value. */
  readonly text: string;
  /** What a person finds in the cell where it has no value: `=SUM(F15-D15)+1`, `#REF!`. */
  readonly written?: string;
}

export const EMPTY_CELL: Cell = { kind: "empty", text: "" };

export interface TableRow {
  /** 1-based, as a spreadsheet shows it; blank lines count. */
  readonly row: number;
  readonly cells: readonly Cell[];
}

export interface Sheet {
  /** null for a CSV file, which has one nameless sheet. */
  readonly name: string | null;
  /** Rows with at least one filled cell. */
  readonly rows: readonly TableRow[];
}

/** More rows than any coding table has; a sheet beyond it is something else. */
export const MAX_ROWS = 100_000;
export const MAX_COLUMNS = 1_000;
/** Coding tables are some hundred kilobytes. */
export const MAX_TABLE_BYTES = 32 * 1024 * 1024;

/** `0` -> `A`, `26` -> `AA`: a column's letters. */
export function columnLetter(column: number): string {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
