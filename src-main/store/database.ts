/** A connection to study.sqlite with the settings that every connection has. */
import Database from "better-sqlite3";
import { z } from "zod";

/** How long a statement waits for another process's short write. */
const BUSY_MS = 5000;

/** "APEX": marks a SQLite file as a study's database. */
export const APPLICATION_ID = 0x41504558;

export type Value = string | number | null;

export class Connection implements Disposable {
  readonly file: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<Value[], unknown>>();
  #revision = 0;

  /** Opens an existing database file, or creates it with `create`. */
  constructor(file: string, options: { create?: boolean } = {}) {
    this.file = file;
    this.#database = new Database(file, { fileMustExist: options.create !== true, timeout: BUSY_MS });
    this.#database.pragma("foreign_keys = ON");
    this.#database.pragma("trusted_schema = OFF");
    this.#database.pragma("synchronous = FULL");
  }

  /** Rows of a query, as SQLite gives them: callers parse them. Statements are compiled once a connection. */
  all(sql: string, ...values: Value[]): unknown[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: Value[]): unknown {
    return this.#statement(sql).get(...values);
  }

  /** Runs a statement that changes rows; the number of rows changed. */
  run(sql: string, ...values: Value[]): number {
    const { changes } = this.#statement(sql).run(...values);
    if (!this.#database.inTransaction && changes > 0) this.#revision++;
    return changes;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** The single value of a pragma, or sets it (`user_version = 3`). */
  pragma(text: string): unknown {
    return this.#database.pragma(text, { simple: true });
  }

  /** All of `work` or nothing of it; the write lock is taken at the start. */
  transaction<T>(work: () => T): T {
    const before = this.#totalChanges();
    const result = this.#database.transaction(work).immediate();
    if (this.#totalChanges() !== before) this.#revision++;
    return result;
  }

  /** Rises with every change of rows through this connection that was kept; what was rolled back does not count. */
  get revision(): number {
    return this.#revision;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #totalChanges(): unknown {
    return this.#statement("SELECT total_changes()").pluck().get();
  }

  #statement(sql: string): Database.Statement<Value[], unknown> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<Value[], unknown>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

export function sqliteVersion(): string {
  using connection = new Connection(":memory:", { create: true });
  return z.object({ version: z.string() }).parse(connection.get("SELECT sqlite_version() AS version")).version;
}
