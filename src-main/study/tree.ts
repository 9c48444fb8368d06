/** Lists a release's folder tree once, without following anything out of it and without opening a file. */
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import { isPicture } from "./frames.ts";
import { forEachLimit } from "./parallel.ts";

export interface TreeFolder {
  /** Absolute. */
  readonly path: string;
  /** Segments below the root; none for the root itself. */
  readonly parts: readonly string[];
  readonly name: string;
  readonly pictures: readonly string[];
  /** Other files: tables, videos, read-me texts. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** What file managers, version control and spreadsheets leave beside the real files: ".DS_Store", "~$table.xlsx". */
const HIDDEN = /^(?:\.|~\$|__MACOSX$|@eaDir$)/;
const MAX_DEPTH = 12;
/** The five releases together have far fewer; a home folder or a whole disk is meant by mistake. */
const MAX_ENTRIES = 3_000_000;

interface WalkOptions {
  readonly signal?: AbortSignal;
  readonly onFolders?: (found: number) => void;
}

/**
 * Every folder below `root` (a real path), the root first, sorted by path. Links to files are followed while they stay inside.
 * @throws ApexError path-escapes where a link to a folder, picture or table leaves the root; file-unreadable where the
 * tree is too large or may not be read; cancelled.
 */
export async function walkTree(root: string, options: WalkOptions = {}): Promise<TreeFolder[]> {
  const folders: TreeFolder[] = [];
  let level: { path: string; parts: readonly string[] }[] = [{ path: root, parts: [] }];
  let entries = 0;
  for (let depth = 0; level.length > 0; depth++) {
    const next: typeof level = [];
    await forEachLimit(level, { limit: 16, signal: options.signal }, async ({ path, parts }) => {
      const folder = await listFolder(root, { path, parts });
      entries += folder.pictures.length + folder.files.length + folder.folders.length;
      if (entries > MAX_ENTRIES || depth > MAX_DEPTH) throw tooLarge(root);
      folders.push(folder);
      for (const name of folder.folders) next.push({ path: join(path, name), parts: [...parts, name] });
      options.onFolders?.(folders.length);
    });
    level = next;
  }
  return folders.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function tooLarge(root: string): ApexError {
  const message = `The folder ${root} holds more than a release does: choose the release's own folder.`;
  return new ApexError("file-unreadable", message, { file: root });
}

/** One folder; see walkTree for its faults. */
export async function listFolder(root: string, at: { path: string; parts: readonly string[] }): Promise<TreeFolder> {
  const { path, parts } = at;
  const pictures: string[] = [];
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of await list(path)) {
    if (HIDDEN.test(entry.name)) continue;
    const kind = entry.isSymbolicLink() ? await linkKind(root, join(path, entry.name)) : direntKind(entry);
    if (kind === "folder") folders.push(entry.name);
    else if (kind === "file") (isPicture(entry.name) ? pictures : files).push(entry.name);
  }
  return { path, parts, name: parts.at(-1) ?? basename(path), pictures, files, folders };
}

async function list(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES" || code === "EPERM") {
      throw new ApexError("file-unreadable", `Reading the folder ${path} is not allowed.`, {
        file: path,
        cause: error,
      });
    }
    throw fromSystemError(error, "listing a folder");
  }
}

function direntKind(entry: Dirent): "folder" | "file" | null {
  return entry.isDirectory() ? "folder" : entry.isFile() ? "file" : null;
}

/** A link to a file counts as a file; a broken one, or one to a folder of this tree, as nothing. */
async function linkKind(root: string, path: string): Promise<"file" | null> {
  let target: string;
  try {
    target = await realpath(path);
  } catch {
    return null; // broken: a frame that is missing, and listed as such
  }
  if (!isInside(root, target)) {
    const message = `The link ${path} leaves the folder ${root}: put a copy in its place, or choose the folder that holds both.`;
    throw new ApexError("path-escapes", message, { file: path });
  }
  const facts = await stat(target);
  // A folder inside the tree is listed where it stands: through the link it would come twice, or for ever.
  return facts.isFile() ? "file" : null;
}

/** True where `path` is `root` or below it; both real paths. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * A path of a manifest, relative to `root` (a real path): its real path; null where nothing is there; `escapes` where it
 * is absolute, climbs out, or is a link out. Windows' backslashes separate as well.
 */
export async function resolveInside(root: string, path: string): Promise<string | null | "escapes"> {
  const slashed = path.replaceAll("\\", "/");
  if (isAbsolute(slashed) || /^[a-z]:/i.test(slashed) || slashed.includes("\0")) return "escapes";
  const joined = resolve(root, slashed);
  if (!isInside(root, joined)) return "escapes";
  try {
    const real = await realpath(joined);
    return isInside(root, real) ? real : "escapes";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENAMETOOLONG") return null;
    throw fromSystemError(error, "looking for a file");
  }
}

/**
 * The real path of a folder that a person named.
 * @throws ApexError file-missing, file-unreadable
 */
export async function realFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw new ApexError("file-missing", `There is no folder ${path}.`, { file: path, cause: error });
  }
  throw new ApexError("file-missing", `${path} is a file: name the folder of the release.`, { file: path });
}
