/** Writes coding tables as spreadsheet programs do: text stays text, formulas carry the value they had when saved. */
import { type CellObject, type WorkSheet, utils, write } from "@e965/xlsx";
import { ApexError } from "../../../contract/errors.ts";

export interface Formula {
  readonly formula: string;
  readonly value: number;
}
export type Cell = string | number | null | Formula;
export type Rows = readonly (readonly Cell[])[];

function cellOf(cell: Exclude<Cell, null>): CellObject {
  if (typeof cell === "string") return { t: "s", v: cell };
  if (typeof cell === "number") return { t: "n", v: cell };
  return { t: "n", f: cell.formula, v: cell.value };
}

function sheetOf(rows: Rows): WorkSheet {
  const sheet: WorkSheet = {};
  let columns = 1;
  rows.forEach((cells, r) => {
    columns = Math.max(columns, cells.length);
    cells.forEach((cell, c) => {
      if (cell !== null) sheet[utils.encode_cell({ r, c })] = cellOf(cell);
    });
  });
  sheet["!ref"] = utils.encode_range({ s: { r: 0, c: 0 }, e: { r: Math.max(0, rows.length - 1), c: columns - 1 } });
  return sheet;
}

/** `kind`: xlsx, or biff8 for the legacy .xls. Sheets in the order given; the same rows give the same bytes. */
export function workbook(sheets: Readonly<Record<string, Rows>>, kind: "xlsx" | "biff8"): Uint8Array {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) utils.book_append_sheet(book, sheetOf(rows), name);
  const bytes: unknown = write(book, { type: "buffer", bookType: kind, compression: true });
  if (!(bytes instanceof Uint8Array)) throw new ApexError("internal", "The demo study's table could not be written.");
  return bytes;
}

export interface CodingTable {
  /** Relative to the demo releases' folder. */
  readonly path: string;
  readonly kind: "xlsx" | "biff8";
  readonly sheets: Readonly<Record<string, Rows>>;
}
