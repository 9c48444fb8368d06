/** Paths inside a workspace are kept relative to it, so that a copied folder is a moved study. */
import path from "node:path";

/** `/study/demo-releases/SMIC` in workspace `/study` -> `demo-releases/SMIC`; a path outside stays absolute. */
export function toStored(workspaceFolder: string, file: string): string {
  const relative = path.relative(workspaceFolder, path.resolve(workspaceFolder, file));
  const outside = relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  if (outside) return path.resolve(workspaceFolder, file);
  return relative === "" ? "." : relative.split(path.sep).join("/");
}

/** The absolute path of a stored one. */
export function fromStored(workspaceFolder: string, stored: string): string {
  return path.resolve(workspaceFolder, stored);
}
