/**
 * The host's door: one process that holds the study, answers the window, the browser and the terminal, and has the
 * workers as its children. Prints one JSON line when it is ready; ends when whoever started it closes its stdin or its
 * channel, and on Ctrl-C.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGuard, type Guard, newSecret, same } from "./api/door/guard.ts";
import { readHostFile, writeHostFile } from "./api/door/host-file.ts";
import { listen } from "./api/door/listen.ts";
import { openPage } from "./api/door/page.ts";
import { type Handler, refusal, secured } from "./api/handler.ts";
import { createHost } from "./app.ts";
import { ApexError, fromSystemError } from "./contract/errors.ts";
import { entryFile } from "./steps/entry-file.ts";

interface Options {
  readonly workspace: string;
  /** The built page's folder. */
  readonly page: string;
  /** Where to listen for the window's shell and the terminal; null: a new private place. */
  readonly socket: string | null;
  /** Browser mode, on this port of 127.0.0.1 (0: any free one); null: no browser mode. */
  readonly port: number | null;
}

const here = fileURLToPath(import.meta.url);
const inSources = here.endsWith(".ts");

try {
  await serve(readOptions());
} catch (error) {
  const known = fromSystemError(error, "starting");
  const message = known instanceof Error ? known.message : String(known);
  process.stderr.write(`${known instanceof ApexError ? "" : "A fault of the program itself: "}${message}\n`);
  process.exitCode = known instanceof ApexError && known.code === "usage" ? 2 : 1;
}
// Whatever a library still holds open: the study is closed.
process.exit();

function readOptions(): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { workspace: text, page: text, socket: text, port: text } });
  const { workspace, page = builtPage(), socket = null, port } = values;
  if (workspace === undefined) throw new ApexError("usage", "The host needs --workspace DIR.");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536))
    throw new ApexError("usage", `--port: "${port}" is no port; give a number up to 65535.`);
  return { workspace, page, socket, port: port === undefined ? null : Number(port) };
}

/** out/renderer beside out/main, or below the sources' folder. */
function builtPage(): string {
  return inSources ? path.resolve(here, "..", "..", "out", "renderer") : path.join(outFolder(), "renderer");
}

/** The folder out/; this file lies in its main/ or in main/chunks/. */
function outFolder(): string {
  const folder = path.dirname(here);
  return path.resolve(folder, path.basename(folder) === "chunks" ? "../.." : "..");
}

/** Serves until it is told to end. */
async function serve({ workspace, page, socket, port }: Options): Promise<void> {
  const end = endOfParent();
  await using doors = new AsyncDisposableStack();
  const place = socket ?? privatePlace(doors);
  const token = newSecret();
  let session = "";
  let guard: Guard | null = null;
  const handler = Promise.withResolvers<Handler>();
  doors.use(
    await listen({ socket: place }, async (request) => {
      const answer = await handler.promise;
      const from = callerOf(request, token);
      if (from === null) return secured(refusal(new ApexError("refused", "The token is not this host's.")));
      const asksAddress = from === "terminal" && new URL(request.url).pathname === "/address";
      return asksAddress ? Response.json({ address: guard?.address() ?? null }) : answer(request, from);
    }),
  );
  const host = await createHost({
    workspace,
    worker: entryFile("worker"),
    page: openPage(page),
    announce: (folder) => {
      // A file that is there now is one that a crash left: windows of that time come back to this host.
      session ||= readHostFile(folder)?.session ?? newSecret();
      return writeHostFile(folder, { pid: process.pid, socket: place, token, session });
    },
  });
  doors.use(host);
  handler.resolve(host.handle);
  if (port !== null) guard = await openBrowserDoor({ host, port, session, doors });
  const ready = {
    ready: true,
    pid: process.pid,
    socket: place,
    workspace: host.workspace(),
    address: guard?.address() ?? null,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await end;
}

interface BrowserDoor {
  readonly host: { readonly handle: Handler };
  readonly port: number;
  readonly session: string;
  readonly doors: AsyncDisposableStack;
}

async function openBrowserDoor({ host, port, session, doors }: BrowserDoor): Promise<Guard> {
  const made = Promise.withResolvers<Guard>();
  const listening = doors.use(await listen({ port }, async (request) => (await made.promise).handle(request)));
  const guard = createGuard(host.handle, { origin: `http://127.0.0.1:${listening.port ?? port}`, session });
  made.resolve(guard);
  return guard;
}

/** The window's shell shows no token: only this user can reach the socket. A wrong token is nobody. */
function callerOf(request: Request, token: string): "page" | "terminal" | null {
  const shown = request.headers.get("authorization");
  if (shown === null) return "page";
  return same(shown, `Bearer ${token}`) ? "terminal" : null;
}

/** A socket in a folder that only this user can enter, or a pipe with a name that nobody guesses. */
function privatePlace(doors: AsyncDisposableStack): string {
  if (process.platform === "win32") return `\\\\.\\pipe\\apexlab-${newSecret()}`;
  const folder = mkdtempSync(path.join(tmpdir(), "apexlab-"));
  doors.defer(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "host.sock");
}

/** Resolves when the host shall end; told a second time, it ends at once. */
function endOfParent(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const end = () => {
      if (told) process.exit(1);
      told = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
    process.once("disconnect", resolve);
    if (process.stdin.isTTY) return;
    process.stdin.once("end", resolve);
    process.stdin.once("error", () => resolve());
    process.stdin.resume();
  });
}
