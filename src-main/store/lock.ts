/**
 * One writer at a time: an open exclusive transaction on `lock.sqlite`. The system frees it when the process dies, by
 * whatever death; no file has to be cleaned up and no process id is ever trusted.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import { ApexError } from "../contract/errors.ts";
import { asFault } from "./faults.ts";

/** Long enough to outlast somebody who only looks whether the lock is held, and a killed process's last moments. */
const WAIT_MS = 500;

/** Written beside the lock for messages only. */
const holderFile = z.object({ pid: z.int(), host: z.string(), since: z.string() });
export type Holder = z.infer<typeof holderFile>;

/**
 * Takes the lock of `folder` until disposed. `what` names the folder in a sentence: "The workspace". `waitMs`: how long
 * another holder is waited for.
 * Throws `workspace-busy`, naming the holder's process where known; `read-only`; `disk-full`.
 */
export function acquireLock(folder: string, what: string, { waitMs = WAIT_MS } = {}): Disposable {
  const held = new DisposableStack();
  try {
    const database = new Database(lockFile(folder), { timeout: waitMs });
    held.defer(() => database.close());
    database.pragma("journal_mode = MEMORY"); // nothing is ever written: no journal file should lie about
    database.exec("BEGIN EXCLUSIVE");
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    writeFileSync(infoFile(folder), JSON.stringify(holder));
    held.defer(() => rmSync(infoFile(folder), { force: true }));
    return held;
  } catch (error) {
    held.dispose();
    if (isBusy(error)) throw busy(folder, what);
    throw asFault(error, `locking ${what.toLowerCase()}`, folder);
  }
}

/** Whether a living process holds the lock of `folder`. */
export function isLocked(folder: string): boolean {
  if (!existsSync(lockFile(folder))) return false;
  const database = new Database(lockFile(folder), { readonly: true, timeout: 0 });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** Whether the lock of `folder` was ever taken. */
export function wasLocked(folder: string): boolean {
  return existsSync(lockFile(folder));
}

/** Who holds the lock, as far as the note beside it tells; undefined without a readable note. */
export function lockHolder(folder: string): Holder | undefined {
  try {
    return holderFile.parse(JSON.parse(readFileSync(infoFile(folder), "utf8")));
  } catch {
    return undefined; // being written this moment, or left half by a crash: the note is for messages only
  }
}

const lockFile = (folder: string) => path.join(folder, "lock.sqlite");
const infoFile = (folder: string) => path.join(folder, "lock.json");

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_BUSY")
  );
}

function busy(folder: string, what: string): ApexError {
  const holder = lockHolder(folder);
  const by =
    holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
  return new ApexError(
    "workspace-busy",
    `${what} ${folder} is in use by ${by}: wait for it or end it, then try again.`,
    {
      file: folder,
    },
  );
}
