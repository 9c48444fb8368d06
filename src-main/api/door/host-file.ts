/** `host.json` in the workspace: where the host of this study listens, for the terminal's writing commands. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { writeWhole } from "../../store/files.ts";

const hostFile = z.object({
  pid: z.int(),
  /** A Unix socket's path, or a named pipe. */
  socket: z.string(),
  /** What a caller on the socket shows to be taken for this user's terminal. */
  token: z.string(),
  /** The cookie's value, so that a host that starts again after a crash knows the windows that are open. */
  session: z.string(),
});
export type HostFile = z.infer<typeof hostFile>;

const placeOf = (workspace: string) => path.join(workspace, "host.json");

/** Readable by this user alone. Disposing removes it. Errors: `disk-full`, `read-only`. */
export function writeHostFile(workspace: string, content: HostFile): Disposable {
  const file = placeOf(workspace);
  writeWhole(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Null where no host is, or its file is no such file. A host that crashed leaves its file behind. */
export function readHostFile(workspace: string): HostFile | null {
  const file = placeOf(workspace);
  if (!existsSync(file)) return null;
  try {
    return hostFile.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null; // half-written by a crash, or somebody else's: nobody answers there
  }
}
