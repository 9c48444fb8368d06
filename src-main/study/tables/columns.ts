/** Finds a table's header row and columns by their names, whatever their order, case, blanks and the notes above them. */
import { ApexError } from "../../contract/errors.ts";
import { columnLetter, EMPTY_CELL, type Cell, type Sheet, type TableRow } from "./cells.ts";

interface ColumnSpec {
  /** Header spellings; the first is the one that messages show. Case, blanks and punctuation do not matter. */
  readonly headers: readonly string[];
  readonly required: boolean;
}

export type Columns<F extends string> = Readonly<Record<F, ColumnSpec>>;

export interface Table<F extends string> {
  readonly file: string;
  readonly sheet: string | null;
  readonly headerRow: number;
  readonly rows: readonly TableRow[];
  /** The cell of a field; empty where the table has no such column. */
  readonly cell: (row: TableRow, field: F) => Cell;
  readonly has: (field: F) => boolean;
  /** A field's header as this table writes it. */
  readonly header: (field: F) => string;
  /** The row's formulas that nothing has calculated yet, each with its header. */
  readonly uncached: (row: TableRow) => { header: string; formula: string }[];
  /** Every filled cell of the row, as written, by header; by column letter where the header is empty. */
  readonly originals: (row: TableRow) => Record<string, string>;
}

/** Notes above a header row: SAMM has 13 of them. */
const HEADER_WITHIN = 60;

function squeezeHeader(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

interface FindTable<F extends string> {
  readonly file: string;
  readonly sheets: readonly Sheet[];
  readonly columns: Columns<F>;
  /** The workbook's sheet; null = the first that has the columns. A CSV file has one nameless sheet, which always counts. */
  readonly sheet: string | null;
}

/** @throws ApexError table-invalid: wrong sheet, or a missing column, naming what is missing and what was found. */
export function findTable<F extends string>(options: FindTable<F>): Table<F> {
  const { file, columns } = options;
  const sheets = chooseSheets(options);
  const fields = Object.keys(columns) as F[];
  let best: { found: Map<F, number>; row: TableRow; sheet: Sheet } | null = null;
  for (const sheet of sheets) {
    for (const row of sheet.rows.slice(0, HEADER_WITHIN)) {
      const found = matchHeaders(row, columns);
      if (best === null || found.size > best.found.size) best = { found, row, sheet };
    }
    if (best !== null && fields.every((field) => !columns[field].required || best?.found.has(field))) break;
  }
  if (best === null) {
    const name = options.sheet ?? sheets[0]?.name;
    const which = name === null || name === undefined ? "" : `The sheet ${name} of `;
    throw new ApexError("table-invalid", `${which === "" ? "The table " : which}${file} is empty.`, { file });
  }
  const { found, row: header, sheet } = best;
  const missing = fields.filter((field) => columns[field].required && !found.has(field));
  if (missing.length > 0) throw missingColumns(options, { missing, header, matched: found.size, sheet });
  return makeTable({ file, sheet, header, found });
}

function chooseSheets<F extends string>(options: FindTable<F>): readonly Sheet[] {
  const { file, sheets, sheet: wanted } = options;
  if (wanted === null || sheets.every((sheet) => sheet.name === null)) return sheets;
  const chosen = sheets.filter((sheet) => squeezeHeader(sheet.name ?? "") === squeezeHeader(wanted));
  if (chosen.length > 0) return chosen;
  const names = sheets.map((sheet) => sheet.name).join(", ");
  throw new ApexError("table-invalid", `The table ${file} has no sheet ${wanted}; its sheets are: ${names}.`, { file });
}

function matchHeaders<F extends string>(row: TableRow, columns: Columns<F>): Map<F, number> {
  const squeezed = row.cells.map((cell) => squeezeHeader(cell.text));
  const found = new Map<F, number>();
  for (const field of Object.keys(columns) as F[]) {
    for (const header of columns[field].headers) {
      const column = squeezed.indexOf(squeezeHeader(header));
      if (column < 0) continue;
      found.set(field, column);
      break;
    }
  }
  return found;
}

function missingColumns<F extends string>(
  options: FindTable<F>,
  miss: { missing: readonly F[]; header: TableRow; matched: number; sheet: Sheet },
): ApexError {
  const { file, columns } = options;
  const { missing, header, matched, sheet } = miss;
  const names = missing.map((field) => columns[field].headers[0]).join(", ");
  const where = sheet.name === null ? "" : ` (sheet ${sheet.name})`;
  const lacks = `The table ${file}${where} lacks the column${missing.length === 1 ? "" : "s"} ${names}`;
  const seen = header.cells.filter((cell) => cell.text !== "").map((cell) => cell.text);
  const found =
    matched === 0 ? "no row of it looks like a header row" : `found in row ${header.row}: ${seen.join(", ")}`;
  return new ApexError("table-invalid", `${lacks}; ${found}.`, { file, row: header.row });
}

function makeTable<F extends string>(parts: {
  file: string;
  sheet: Sheet;
  header: TableRow;
  found: ReadonlyMap<F, number>;
}): Table<F> {
  const { file, sheet, header, found } = parts;
  const names: string[] = [];
  const nameOf = (column: number): string => {
    if (names[column] !== undefined) return names[column];
    const text = header.cells[column]?.text ?? "";
    const repeated = header.cells.findIndex((cell) => cell.text === text) !== column;
    names[column] = text === "" ? columnLetter(column) : repeated ? `${text} (${columnLetter(column)})` : text;
    return names[column];
  };
  return {
    file,
    sheet: sheet.name,
    headerRow: header.row,
    rows: sheet.rows.filter((row) => row.row > header.row),
    cell: (row, field) => {
      const column = found.get(field);
      return column === undefined ? EMPTY_CELL : (row.cells[column] ?? EMPTY_CELL);
    },
    has: (field) => found.has(field),
    header: (field) => nameOf(found.get(field) ?? 0),
    uncached: (row) =>
      row.cells.flatMap(({ kind, written = "" }, column) =>
        kind === "uncached" ? [{ header: nameOf(column), formula: written }] : [],
      ),
    originals: (row) => {
      const cells: [string, string][] = row.cells
        .map((cell, column): [string, string] => [nameOf(column), cell.written ?? cell.text])
        .filter(([, text]) => text !== "");
      return Object.fromEntries(cells);
    },
  };
}
