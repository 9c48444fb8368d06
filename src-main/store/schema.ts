/** What a sound database of each version looks like, and whether a file is one. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { z } from "zod";
import { APPLICATION_ID, Connection } from "./database.ts";

const MAGIC = "SQLite format 3\0";

export type Condition =
  | { readonly kind: "current" }
  | { readonly kind: "old" | "newer"; readonly version: number }
  | { readonly kind: "corrupt"; readonly why: string };

const schemaRow = z.object({ type: z.string(), name: z.string(), tbl_name: z.string(), sql: z.string().nullable() });

/** Every table and index as SQLite remembers it, in a fixed order: one text to compare. */
export function schemaText(connection: Connection): string {
  const rows = connection.all(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  );
  return rows
    .map((row) => schemaRow.parse(row))
    .map(({ type, name, tbl_name, sql }) => `${type} ${name} on ${tbl_name}: ${sql ?? ""}`)
    .join("\n");
}

/** Brings an open database to the newest version, in one transaction. */
export function migrate(connection: Connection, migrations: readonly string[]): void {
  connection.transaction(() => {
    for (const sql of migrations.slice(versionOf(connection))) connection.exec(sql);
    connection.pragma(`user_version = ${migrations.length}`);
  });
}

/** A new database file of the newest version; `file` must not exist. */
export function createDatabase(file: string, migrations: readonly string[]): void {
  using connection = new Connection(file, { create: true });
  connection.pragma("journal_mode = WAL");
  connection.pragma(`application_id = ${APPLICATION_ID}`);
  migrate(connection, migrations);
}

/**
 * Looks a file over: its header, SQLite's own quick check, whose it is, and that its schema is exactly the one of its
 * version (a migration cut in half is damage). Throws only for faults of the machine, such as a file it may not read.
 */
export function inspect(file: string, migrations: readonly string[]): Condition {
  const found = read(file);
  if (typeof found === "string") return { kind: "corrupt", why: found };
  const { version, schema } = found;
  if (version > migrations.length) return { kind: "newer", version };
  if (schema !== expectedSchema(migrations.slice(0, version)))
    return { kind: "corrupt", why: `its tables are not those of version ${version}` };
  return version === migrations.length ? { kind: "current" } : { kind: "old", version };
}

/** What a study's database holds, or in words why the file is none. */
function read(file: string): { version: number; schema: string } | string {
  if (!startsLikeSqlite(file)) return "it is not a database";
  try {
    using connection = new Connection(file);
    const found = connection.pragma("quick_check(1)");
    if (found !== "ok") return `its check says: ${oneLine(String(found))}`;
    if (connection.pragma("application_id") !== APPLICATION_ID) return "it is not a study's database";
    return { version: versionOf(connection), schema: schemaText(connection) };
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  }
}

const oneLine = (text: string) => text.replace(/^\*\*\* .* \*\*\*\n/, "").replaceAll("\n", " ");

function startsLikeSqlite(file: string): boolean {
  if (!statSync(file).isFile()) return false;
  const handle = openSync(file, "r");
  try {
    const header = Buffer.alloc(MAGIC.length);
    readSync(handle, header, 0, header.length, 0);
    return header.toString("latin1") === MAGIC;
  } finally {
    closeSync(handle);
  }
}

function isDamage(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|ERROR)/.test(error.code)
  );
}

function versionOf(connection: Connection): number {
  return z.int().parse(connection.pragma("user_version"));
}

function expectedSchema(migrations: readonly string[]): string {
  using connection = new Connection(":memory:", { create: true });
  migrate(connection, migrations);
  return schemaText(connection);
}
