/** Writes small tables for tests: workbooks with formulas and their cached values, and CSV files. */
import { utils, write, type CellObject, type WorkSheet } from "@e965/xlsx";

/** `formula` without `value` is one that no program has calculated. */
export type Value = string | number | null | { readonly formula: string; readonly value?: number | string };
export type Rows = readonly (readonly Value[])[];

function cellOf(value: Value): CellObject | null {
  if (value === null) return null;
  if (typeof value === "string") return { t: "s", v: value };
  if (typeof value === "number") return { t: "n", v: value };
  if (value.value === undefined) return { t: "z", f: value.formula };
  return { t: typeof value.value === "string" ? "s" : "n", f: value.formula, v: value.value };
}

function sheetOf(rows: Rows): WorkSheet {
  const sheet: WorkSheet = {};
  let columns = 1;
  for (const [row, values] of rows.entries()) {
    columns = Math.max(columns, values.length);
    for (const [column, value] of values.entries()) {
      const cell = cellOf(value);
      if (cell !== null) sheet[utils.encode_cell({ r: row, c: column })] = cell;
    }
  }
  const end = { r: Math.max(0, rows.length - 1), c: columns - 1 };
  sheet["!ref"] = utils.encode_range({ s: { r: 0, c: 0 }, e: end });
  return sheet;
}

export function workbook(sheets: Readonly<Record<string, Rows>>, kind: "xlsx" | "biff8" = "xlsx"): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) utils.book_append_sheet(book, sheetOf(rows), name);
  const bytes: unknown = write(book, { type: "buffer", bookType: kind, compression: true });
  if (!Buffer.isBuffer(bytes)) throw new Error("no workbook was written");
  return bytes;
}

/** Every text is quoted where it must be; formulas become their values, as a spreadsheet's own export does. */
export function csv(rows: Rows, delimiter = ","): string {
  const text = (value: Value): string => {
    if (value === null) return "";
    if (typeof value === "object") return text(value.value ?? null);
    const written = String(value);
    return /["\n\r;,\t]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
  };
  return rows.map((row) => `${row.map(text).join(delimiter)}\r\n`).join("");
}
