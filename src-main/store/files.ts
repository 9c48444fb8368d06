/** Writing that survives a crash: temporary name, flush, rename, flush of the folder. */
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { ApexError } from "../contract/errors.ts";

/**
 * Creates the folder and those above it, one after the other: Node's own recursion never ends where a pseudo file
 * system says that a folder which is there is not (/proc). Errors: `read-only`,
 * `file-unreadable` (a file stands there), and the system's own.
 */
export function makeFolder(folder: string): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") {
      if (isThere()) return; // another process was quicker
      throw new ApexError("file-unreadable", `${folder} is a file, not a folder: choose another place.`, {
        file: folder,
        cause: error,
      });
    }
    if (code !== "ENOENT") throw error;
    // The system's word for a place that takes no folders: /proc, and a read-only disk.
    throw new ApexError("read-only", `Writing is not allowed in ${above}: choose a folder that you may write to.`, {
      file: above,
      cause: error,
    });
  }
}

/** The folder, or the nearest one above it that exists. */
export function existingPart(folder: string): string {
  return existsSync(folder) || path.dirname(folder) === folder ? folder : existingPart(path.dirname(folder));
}

/** After this, `file` holds the whole text or what it held before, whatever happens in between. */
export function writeWhole(file: string, data: string | Uint8Array, options: { readonly mode?: number } = {}): void {
  placeWhole(file, (temporary) => writeFileSync(temporary, data, options));
}

/** A flushed copy of `from` appears under `to` at once or not at all. */
export function copyWhole(from: string, to: string): void {
  placeWhole(to, (temporary) => cpSync(from, temporary));
}

/** Hands `write` a temporary name beside `file`, flushes what was written there and renames it. */
export function placeWhole(file: string, write: (temporary: string) => void): void {
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    write(temporary);
    flush(temporary);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(path.dirname(file));
}

/** Flushes every file and folder below `folder`, deepest first. */
export function flushTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) flushTree(full);
    else if (entry.isFile()) flush(full);
  }
  flushFolder(folder);
}

/** Makes renames and creations inside `folder` durable. Windows flushes folders by itself and refuses to be asked. */
export function flushFolder(folder: string): void {
  if (process.platform !== "win32") flush(folder);
}

function flush(file: string): void {
  const handle = openSync(file, process.platform === "win32" ? "r+" : "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
