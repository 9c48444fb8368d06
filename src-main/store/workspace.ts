/** A workspace folder: study.sqlite, cache/, runs/, backups/. */
import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ApexError, unreachable } from "../contract/errors.ts";
import { Connection } from "./database.ts";
import { asFault, withFaults } from "./faults.ts";
import { acquireLock, isLocked } from "./lock.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { existingPart, makeFolder } from "./files.ts";
import { fromStored, toStored } from "./paths.ts";
import { backupFolder, databaseFile, listBackups, recover, startEmpty, writeBackup } from "./recovery.ts";
import { inspect, migrate } from "./schema.ts";

export interface OpenOptions {
  /** `write` holds the workspace's lock until disposed and creates what is missing; `read` never needs the lock. */
  readonly access: "read" | "write";
  /** The schema's history; only tests hand in another one. */
  readonly migrations?: readonly string[];
}

export interface Workspace extends Disposable {
  /** Absolute. */
  readonly folder: string;
  readonly access: "read" | "write";
  /** What the user must be told: a damaged database that was set aside. */
  readonly notices: readonly string[];
  readonly db: Connection;
  /** Inside the workspace: relative, with forward slashes; outside: absolute. */
  readonly toStored: (file: string) => string;
  readonly fromStored: (stored: string) => string;
  /** Writes a backup if anything changed since the last one. */
  readonly backup: () => void;
  /** Whether a process is writing here now: this one, or another one. */
  readonly beingWritten: () => boolean;
}

/**
 * Opens a workspace. A damaged database never blocks it: see `notices`. Disposing closes the database, after a backup
 * if something changed, and frees the lock.
 * Errors: `not-found` (reading where no study is), `file-unreadable` (not a folder), `read-only`, `disk-full`,
 * `workspace-newer` (nothing is touched then), `workspace-busy` (another writer; names its process).
 */
export function openWorkspace(folder: string, options: OpenOptions): Workspace {
  const whole = path.resolve(folder);
  const migrations = options.migrations ?? MIGRATIONS;
  return withFaults({ doing: "opening the workspace", folder: existingPart(whole) }, () =>
    options.access === "write" ? openForWriting(whole, migrations) : openForReading(whole, migrations),
  );
}

function openForWriting(folder: string, migrations: readonly string[]): Workspace {
  refuseFile(folder);
  refuseNewer(folder, folder, migrations);
  for (const name of ["cache", "runs", "backups"]) makeFolder(path.join(folder, name));
  using stack = new DisposableStack();
  stack.use(acquireLock(folder, "The workspace"));
  const notices = makeSound(folder, migrations);
  const db = stack.use(new Connection(databaseFile(folder)));
  db.pragma("journal_mode = WAL");
  // Whoever wrote "running" here is dead: this process holds the lock now.
  db.run("UPDATE runs SET state = 'interrupted' WHERE state IN ('queued', 'running')");
  let saved = db.revision;
  const backup = () => {
    if (db.revision === saved) return;
    withFaults({ doing: "writing a backup", folder }, () => writeBackup(db, folder));
    saved = db.revision;
  };
  stack.defer(backup);
  return assemble({ folder, access: "write", notices, db, backup, stack: stack.move() });
}

function openForReading(folder: string, migrations: readonly string[]): Workspace {
  refuseFile(folder);
  if (!existsSync(databaseFile(folder)) && listBackups(folder).length === 0)
    throw new ApexError(
      "not-found",
      `There is no study in ${folder} yet: import a release into it, or run "apexlab demo".`,
      { file: folder },
    );
  if (!mayWrite(folder)) return readCopy(folder, migrations);
  try {
    return readAt({ place: folder, folder, migrations });
  } catch (error) {
    const fault = asFault(error, "reading the study", folder);
    // SQLite keeps small files beside a database that it reads: with no room for them, a copy elsewhere is read.
    if (fault instanceof ApexError && fault.code === "disk-full") return readCopy(folder, migrations);
    throw error;
  }
}

/** Reads a copy of the database that lives as long as the workspace is open. */
function readCopy(folder: string, migrations: readonly string[]): Workspace {
  using stack = new DisposableStack();
  const place = stack.adopt(copyAside(folder), (copy) => rmSync(copy, { recursive: true, force: true }));
  const workspace = stack.use(readAt({ place, folder, migrations }));
  const held = stack.move();
  return { ...workspace, [Symbol.dispose]: () => held.dispose() };
}

/** Reads the database at `place` as the one of `folder`. */
function readAt({
  place,
  folder,
  migrations,
}: {
  place: string;
  folder: string;
  migrations: readonly string[];
}): Workspace {
  using stack = new DisposableStack();
  const notices: string[] = [];
  if (!isSound(place, migrations)) {
    using _lock = acquireLock(place, "The workspace");
    refuseNewer(place, folder, migrations);
    notices.push(...makeSound(place, migrations));
  }
  const db = stack.use(new Connection(databaseFile(place)));
  db.pragma("query_only = ON");
  return assemble({ folder, access: "read", notices, db, backup: () => {}, stack: stack.move() });
}

function assemble(
  parts: Pick<Workspace, "folder" | "access" | "notices" | "db" | "backup"> & { stack: DisposableStack },
): Workspace {
  const { stack, ...held } = parts;
  return {
    ...held,
    toStored: (file) => toStored(held.folder, file),
    fromStored: (stored) => fromStored(held.folder, stored),
    beingWritten: () => held.access === "write" || isLocked(held.folder),
    [Symbol.dispose]: () => stack.dispose(),
  };
}

/** Under the lock: afterwards study.sqlite is there, whole, of today's version. Returns what the user must know. */
function makeSound(folder: string, migrations: readonly string[]): string[] {
  for (const name of readdirSync(folder)) if (name.startsWith("study.sqlite.tmp-")) rmSync(path.join(folder, name));
  const notices: string[] = [];
  if (!existsSync(databaseFile(folder))) {
    if (listBackups(folder).length > 0) notices.push(...recover(folder, "the file is gone", migrations));
    else startEmpty(folder, migrations);
  }
  const condition = inspect(databaseFile(folder), migrations);
  if (condition.kind === "corrupt") notices.push(...recover(folder, condition.why, migrations));
  bringUpToDate(folder, migrations);
  return notices;
}

function bringUpToDate(folder: string, migrations: readonly string[]): void {
  if (isSound(folder, migrations)) return;
  using db = new Connection(databaseFile(folder));
  writeBackup(db, folder);
  migrate(db, migrations);
}

function isSound(folder: string, migrations: readonly string[]): boolean {
  if (!existsSync(databaseFile(folder))) return false;
  const { kind } = inspect(databaseFile(folder), migrations);
  switch (kind) {
    case "current":
      return true;
    case "old":
    case "newer":
    case "corrupt":
      return false;
    default:
      return unreachable(kind, "state of the database");
  }
}

/** `place` is where the database lies, `folder` the workspace that a person knows. */
function refuseNewer(place: string, folder: string, migrations: readonly string[]): void {
  if (!existsSync(databaseFile(place))) return;
  const condition = inspect(databaseFile(place), migrations);
  if (condition.kind !== "newer") return;
  throw new ApexError(
    "workspace-newer",
    `The workspace ${folder} was written by a newer Apexlab: its database has version ${condition.version}, this Apexlab knows versions up to ${migrations.length}. Nothing was changed: update Apexlab, or choose another workspace.`,
    { file: databaseFile(folder) },
  );
}

function refuseFile(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new ApexError("file-unreadable", `${folder} is a file, not a folder: choose a folder as the workspace.`, {
      file: folder,
    });
}

function copyAside(folder: string): string {
  const copy = mkdtempSync(path.join(tmpdir(), "apexlab-"));
  for (const part of ["", "-wal"]) {
    const file = databaseFile(folder) + part;
    if (existsSync(file)) copyFileSync(file, databaseFile(copy) + part);
  }
  if (existsSync(backupFolder(folder))) cpSync(backupFolder(folder), backupFolder(copy), { recursive: true });
  return copy;
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    if (existsSync(databaseFile(folder))) accessSync(databaseFile(folder), constants.W_OK);
    return true;
  } catch {
    return false; // that is the answer
  }
}
