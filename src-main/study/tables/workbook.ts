/**
 * Excel workbooks, .xlsx and the legacy .xls, through SheetJS: the one reader that tells a formula without a cached
 * value from an empty cell, which a coding table must not confuse. Formulas are never calculated, macros and HTML never read.
 */
import { read, type CellObject, type WorkSheet } from "@e965/xlsx";
import { ApexError } from "../../contract/errors.ts";
import { EMPTY_CELL, MAX_COLUMNS, MAX_ROWS, type Cell, type Sheet, type TableRow } from "./cells.ts";
import { unzippedSize } from "./unzipped-size.ts";

const MAX_UNZIPPED_BYTES = 64 * 1024 * 1024;

export function isXlsx(bytes: Buffer): boolean {
  return bytes.subarray(0, 2).toString("latin1") === "PK";
}

export function isXls(bytes: Buffer): boolean {
  return bytes.subarray(0, 8).toString("hex") === "d0cf11e0a1b11ae1";
}

/** @throws ApexError file-unreadable, naming the file. */
export function parseWorkbook(bytes: Buffer, file: string): Sheet[] {
  if (isXlsx(bytes)) {
    const size = unzippedSize(bytes, MAX_UNZIPPED_BYTES);
    if ("reason" in size) throw unreadable(file, size.reason);
  }
  let book;
  try {
    book = read(bytes, {
      type: "buffer",
      dense: true,
      cellFormula: true,
      sheetStubs: true, // keeps the cells of formulas without a value
      cellText: false,
      cellHTML: false,
      sheetRows: MAX_ROWS + 1,
    });
  } catch (error) {
    throw unreadable(file, `it is no Excel workbook, or a damaged one (${firstLine(error)})`, error);
  }
  return book.SheetNames.map((name) => {
    const sheet: WorkSheet | undefined = book.Sheets[name];
    if (sheet === undefined) throw unreadable(file, `its sheet ${name} is damaged`);
    return { name, rows: sheetRows(sheet, { file, name }) };
  });
}

function sheetRows(sheet: WorkSheet, where: { file: string; name: string }): TableRow[] {
  const data: readonly (readonly CellObject[] | undefined)[] = sheet["!data"] ?? [];
  const { file, name } = where;
  const rows: TableRow[] = [];
  // `data` and its rows have holes where the sheet has none: for..in and forEach visit only what is there.
  data.forEach((line, index) => {
    if (line === undefined || line === null) return;
    if (index >= MAX_ROWS) throw unreadable(file, `sheet ${name} has more than ${MAX_ROWS} rows`);
    const cells: Cell[] = [];
    let filled = false;
    line.forEach((cell, column) => {
      const read = readCell(cell);
      if (read.kind === "empty") return;
      if (column >= MAX_COLUMNS) throw unreadable(file, `sheet ${name} has more than ${MAX_COLUMNS} columns`);
      while (cells.length < column) cells.push(EMPTY_CELL);
      cells[column] = read;
      filled = true;
    });
    if (filled) rows.push({ row: index + 1, cells });
  });
  return rows;
}

const ERRORS: Readonly<Record<number, string>> = {
  0: "#NULL!",
  7: "#DIV/0!",
  15: "#VALUE!",
  23: "#REF!",
  29: "#NAME?",
  36: "#NUM!",
  42: "#N/A",
};

function readCell(cell: CellObject | undefined | null): Cell {
  if (cell === undefined || cell === null) return EMPTY_CELL;
  switch (cell.t) {
    case "z":
      return cell.f === undefined ? EMPTY_CELL : { kind: "uncached", text: "", written: `=${cell.f}` };
    case "e":
      return {
        kind: "error",
        text: "",
        written: ERRORS[Number(cell.v)] ?? (cell.f === undefined ? "#ERROR" : `=${cell.f}`),
      };
    case "n":
      return { kind: "number", text: String(cell.v) };
    case "b":
      return { kind: "text", text: cell.v === true ? "TRUE" : "FALSE" };
    case "d":
    case "s": {
      const text = (cell.v instanceof Date ? cell.v.toISOString() : String(cell.v ?? "")).trim();
      return text === "" ? EMPTY_CELL : { kind: "text", text };
    }
    default:
      return EMPTY_CELL;
  }
}

function firstLine(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0] : String(error);
}

export function unreadable(file: string, reason: string, cause?: unknown): ApexError {
  return new ApexError("file-unreadable", `The table ${file} cannot be read: ${reason}.`, { file, cause });
}
