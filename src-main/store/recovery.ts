/** Backups, and what happens to a database that is damaged: set aside, never deleted; the last good backup takes its place. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { Connection } from "./database.ts";
import { copyWhole, flushFolder, makeFolder, placeWhole } from "./files.ts";
import { createDatabase, inspect } from "./schema.ts";

/** How many backups are kept. */
const KEPT = 5;

const BACKUP = /^study-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.sqlite$/;

/** The files that make up one database: itself, its write-ahead log and that log's index. */
const PARTS = ["", "-wal", "-shm"] as const;

export const databaseFile = (folder: string) => path.join(folder, "study.sqlite");
export const backupFolder = (folder: string) => path.join(folder, "backups");

/** Names of the backups, newest first. */
export function listBackups(folder: string): string[] {
  if (!existsSync(backupFolder(folder))) return [];
  const names = readdirSync(backupFolder(folder)).filter((name) => BACKUP.test(name));
  return names.sort().reverse();
}

/** Writes a backup of the open database: whole or not at all. Only the newest few are kept. */
export function writeBackup(connection: Connection, folder: string): void {
  makeFolder(backupFolder(folder));
  const newest = listBackups(folder)[0];
  // Never older than the newest, even when the clock was set back: the order of names is the order of backups.
  const time = Math.max(Date.now(), newest === undefined ? 0 : timeOf(newest) + 1);
  placeWhole(path.join(backupFolder(folder), `study-${stamp(time)}.sqlite`), (temporary) => {
    connection.run("VACUUM INTO ?", temporary);
  });
  for (const name of listBackups(folder).slice(KEPT)) rmSync(path.join(backupFolder(folder), name));
}

/**
 * Sets a damaged database aside and puts the newest good backup in its place, or an empty database where there is
 * none. Returns what the user must know. Also finishes a recovery that was itself cut off: the file is gone then.
 */
export function recover(folder: string, why: string, migrations: readonly string[]): string[] {
  const aside = setAside(folder);
  const kept = aside === null ? "" : ` The damaged file was kept as ${aside}.`;
  for (const name of listBackups(folder)) {
    const file = path.join(backupFolder(folder), name);
    const condition = inspect(file, migrations);
    if (condition.kind === "corrupt" || condition.kind === "newer") continue;
    copyWhole(file, databaseFile(folder));
    return [
      `The study's database was damaged (${why}).${kept} The backup of ${readable(name)} was opened instead: changes after it are missing.`,
    ];
  }
  startEmpty(folder, migrations);
  return [
    `The study's database was damaged (${why}).${kept} There was no usable backup, so the study starts empty: import the datasets again.`,
  ];
}

/** A new, empty database; whatever log files of a lost one lie about are set aside first, or SQLite would replay them. */
export function startEmpty(folder: string, migrations: readonly string[]): void {
  setAside(folder);
  placeWhole(databaseFile(folder), (temporary) => createDatabase(temporary, migrations));
}

/** Renames the database and its logs; the new name of the database (or its log), null where there was nothing. */
function setAside(folder: string): string | null {
  let time = Date.now();
  const target = () => path.join(folder, `study.corrupt-${stamp(time)}.sqlite`);
  while (PARTS.some((part) => existsSync(target() + part))) time++;
  const present = PARTS.filter((part) => existsSync(databaseFile(folder) + part));
  for (const part of present) renameSync(databaseFile(folder) + part, target() + part);
  if (present[0] === undefined) return null;
  flushFolder(folder);
  return path.basename(target() + present[0]);
}

/** 20261124T235959123Z */
function stamp(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:.]/g, "");
}

function isoOf(name: string): string {
  return name.replace(BACKUP, "$1-$2-$3T$4:$5:$6.$7Z");
}

function timeOf(name: string): number {
  return Date.parse(isoOf(name));
}

function readable(name: string): string {
  return new Date(timeOf(name)).toISOString().replace("T", " ").replace(/\..*/, " UTC");
}
