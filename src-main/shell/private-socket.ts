/** The place where host and window meet: a socket in a folder that only this user can enter, or a pipe nobody can guess. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The shortest limit of the systems on a socket's path (macOS: 104 bytes with the ending zero). */
const MOST_BYTES = 103;

/** Disposing removes the folder. Errors: the system's, where no temporary folder can be made. */
export function privateSocket(): { readonly path: string } & Disposable {
  if (process.platform === "win32") return { path: `\\\\.\\pipe\\apexlab-${randomUUID()}`, [Symbol.dispose]: () => {} };
  // mkdtemp makes the folder with mode 0700.
  const folder = mkdtempSync(path.join(parent(), "apexlab-"));
  return {
    path: path.join(folder, "host.sock"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function parent(): string {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return [runtime, tmpdir()].find((folder) => folder !== undefined && fits(folder)) ?? "/tmp";
}

const fits = (folder: string) =>
  path.isAbsolute(folder) &&
  existsSync(folder) &&
  Buffer.byteLength(path.join(folder, "apexlab-XXXXXX", "host.sock")) <= MOST_BYTES;
