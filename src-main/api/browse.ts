/** The folders of this machine, for choosing a release or a workspace where no dialog of the desktop is at hand. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { Browsed } from "../contract/api/app.ts";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { databaseFile } from "../store/recovery.ts";

const CHOSEN = /\.(csv|tsv|txt|xlsx?|json|safetensors|pth?)$/i;
/** More names than a person looks through. */
const MOST = 2000;

/** `folder`: absolute; null: the user's home. Errors: `usage` (not absolute), `file-missing`, `file-unreadable`, `read-only`. */
export async function browse(folder: string | null): Promise<Browsed> {
  const asked = folder ?? homedir();
  if (!path.isAbsolute(asked) || asked.includes("\0"))
    throw new ApexError("usage", `"${asked}" is not a whole path: begin it at the root, as in ${homedir()}.`);
  const whole = path.resolve(asked);
  const entries = await readdir(whole, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR")
      throw new ApexError("file-unreadable", `${whole} is a file, not a folder.`, { file: whole });
    throw fromSystemError(error, "looking into a folder");
  });
  const names = (kept: (typeof entries)[number][]) =>
    kept
      .map(({ name }) => name)
      .filter((name) => !name.startsWith("."))
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
      .slice(0, MOST);
  const parent = path.dirname(whole);
  return {
    folder: whole,
    parent: parent === whole ? null : parent,
    folders: names(entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())),
    files: names(entries.filter((entry) => entry.isFile() && CHOSEN.test(entry.name))),
    study: existsSync(databaseFile(whole)),
  };
}
