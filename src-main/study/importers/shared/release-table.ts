/** Finds a release's coding table: the file that was named, or the one inside the folder tree or just above it. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ApexError } from "../../../contract/errors.ts";
import { findTable, type Columns, type Table } from "../../tables/columns.ts";
import { readSheets } from "../../tables/read.ts";
import type { TreeFolder } from "../../tree.ts";

const TABLE_FILE = /\.(?:xlsx|xlsm|xls|csv)$/i;
/** Tables of other names that are opened in the hope of finding the right columns. */
const MAX_GUESSES = 20;
/** A person may point one or two folders into the release; its table then lies above. */
const LEVELS_ABOVE = 2;

interface TableSearch<F extends string> {
  readonly root: string;
  readonly folders: readonly TreeFolder[];
  readonly named?: string;
  /** Names that the release's table bears, and one of them for messages. */
  readonly pattern: RegExp;
  readonly example: string;
  readonly optional: boolean;
  readonly sheet: string | null;
  readonly columns: Columns<F>;
}

interface FoundTable<F extends string> {
  readonly table: Table<F>;
  /** Tables of the same release that were left aside. */
  readonly others: readonly string[];
}

/** @throws ApexError file-missing, file-unreadable, table-invalid; null only where the table is optional and absent. */
export async function findReleaseTable<F extends string>(search: TableSearch<F>): Promise<FoundTable<F> | null> {
  if (search.named !== undefined) return { table: await open(search.named, search), others: [] };
  const inside = search.folders.flatMap((folder) =>
    folder.files.filter((name) => TABLE_FILE.test(name)).map((name) => ({ name, depth: folder.parts.length, folder })),
  );
  inside.sort((a, b) => a.depth - b.depth || (a.name < b.name ? -1 : 1));
  const path = (file: (typeof inside)[number]) => join(file.folder.path, file.name);
  const expected = inside.filter((file) => search.pattern.test(file.name)).map(path);
  if (expected.length === 0) expected.push(...(await tablesAbove(search)));
  if (expected.length > 0) return await firstThatFits(expected, search);
  if (search.optional) return null;
  // Beside frames lie other people's results (OpenFace writes a CSV a clip), never the release's table.
  const guesses = inside.filter((file) => file.folder.pictures.length === 0).map(path);
  if (guesses.length > 0) return await firstThatFits(guesses.slice(0, MAX_GUESSES), search);
  throw new ApexError(
    "file-missing",
    `No coding table was found in ${search.root} (its usual name: ${search.example}): put it there, or name the file of the table.`,
    { file: search.root, setting: "table" },
  );
}

async function open<F extends string>(file: string, search: TableSearch<F>): Promise<Table<F>> {
  const { columns, sheet } = search;
  const table = findTable({ file, sheets: await readSheets(file), columns, sheet });
  if (table.rows.length > 0) return table;
  throw new ApexError(
    "table-invalid",
    `The table ${file} is empty: no row follows its header in row ${table.headerRow}.`,
    {
      file,
    },
  );
}

/** The first table with the right columns; where none has them, the first table's fault. */
async function firstThatFits<F extends string>(
  files: readonly string[],
  search: TableSearch<F>,
): Promise<FoundTable<F>> {
  let fault: unknown = null;
  for (const [index, file] of files.entries()) {
    try {
      return { table: await open(file, search), others: files.toSpliced(index, 1) };
    } catch (error) {
      if (!(error instanceof ApexError)) throw error;
      fault ??= error;
    }
  }
  throw fault;
}

async function tablesAbove<F extends string>(search: TableSearch<F>): Promise<string[]> {
  let folder = search.root;
  for (let level = 0; level < LEVELS_ABOVE && dirname(folder) !== folder; level++) {
    folder = dirname(folder);
    const names = await readdir(folder).catch(() => []); // a folder that may not be listed holds no table for us
    const tables = names.filter((name) => TABLE_FILE.test(name) && !name.startsWith("~$") && search.pattern.test(name));
    if (tables.length > 0) return tables.sort().map((name) => join(folder, name));
  }
  return [];
}
