/** One entrance for every table file: its kind is told by its first bytes, never by its name. */
import { readFile, stat } from "node:fs/promises";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { MAX_TABLE_BYTES, type Sheet } from "./cells.ts";
import { parseCsv } from "./csv.ts";
import { isXls, isXlsx, parseWorkbook, unreadable } from "./workbook.ts";

/**
 * The sheets of an .xlsx, .xls or CSV file, with formulas' cached values.
 * @throws ApexError file-missing, file-unreadable (no table, damaged, too large) or table-invalid (empty), naming the file.
 */
export async function readSheets(file: string): Promise<Sheet[]> {
  const bytes = await readTableBytes(file);
  if (bytes.length === 0) throw new ApexError("table-invalid", `The table ${file} is empty.`, { file });
  const named = /\.xlsx?$|\.xlsm$/i.test(file);
  const workbook = isXlsx(bytes) || isXls(bytes);
  if (named && !workbook) throw unreadable(file, "it is named like an Excel workbook but is none");
  const sheets = workbook ? parseWorkbook(bytes, file) : [parseCsv(bytes, file)];
  if (sheets.every((sheet) => sheet.rows.length === 0)) {
    throw new ApexError("table-invalid", `The table ${file} is empty.`, { file });
  }
  return sheets;
}

/** @throws ApexError file-missing, file-unreadable */
export async function readTableBytes(file: string): Promise<Buffer> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw unreadable(file, "it is no file");
    if (facts.size > MAX_TABLE_BYTES) {
      throw unreadable(file, `it is larger than ${MAX_TABLE_BYTES / 1024 / 1024} MB, which no coding table is`);
    }
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new ApexError("file-missing", `There is no table ${file}.`, { file, cause: error });
    }
    if (code === "EACCES" || code === "EPERM") throw unreadable(file, "reading it is not allowed", error);
    throw fromSystemError(error, "reading a table");
  }
}
