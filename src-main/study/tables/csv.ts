/** CSV as programs and spreadsheets write it: comma, semicolon or tab; CRLF or LF; UTF-8 or UTF-16 (BOM), else Windows-1252. */
import { CsvError, parse } from "csv-parse/sync";
import { EMPTY_CELL, MAX_COLUMNS, MAX_ROWS, type Sheet, type TableRow } from "./cells.ts";
import { unreadable } from "./workbook.ts";

/** @throws ApexError file-unreadable, naming the file and the line. */
export function parseCsv(bytes: Buffer, file: string): Sheet {
  const text = decode(bytes, file);
  let records: string[][];
  try {
    records = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: false,
      trim: true,
      to: MAX_ROWS + 1,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(file, `it is no well-formed CSV (${error.message.split("\n")[0]})`, error);
  }
  if (records.length > MAX_ROWS) throw unreadable(file, `it has more than ${MAX_ROWS} rows`);
  const rows: TableRow[] = [];
  for (const [index, record] of records.entries()) {
    if (record.length > MAX_COLUMNS) throw unreadable(file, `row ${index + 1} has more than ${MAX_COLUMNS} columns`);
    if (record.every((value) => value === "")) continue;
    rows.push({
      row: index + 1,
      cells: record.map((value) => (value === "" ? EMPTY_CELL : { kind: "text" as const, text: value })),
    });
  }
  return { name: null, rows };
}

function decode(bytes: Buffer, file: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, 4096).includes(0)) throw unreadable(file, "it is neither CSV text nor an Excel workbook");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: what Excel saves in Western Europe. Every byte has a meaning there, so nothing can fail.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

const DELIMITERS = [",", ";", "\t"] as const;

/** The delimiter seen most often outside of quotes in the first filled line. */
function delimiterOf(text: string): string {
  const line = text.split(/\r\n|\n|\r/).find((candidate) => candidate.trim() !== "") ?? "";
  const bare = line.replaceAll(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}
