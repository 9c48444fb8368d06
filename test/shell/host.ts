/**
 * A small host for the tests of the shell: keeps the real one's contract (one line when it listens, the end when stdin
 * closes), and does what `host.json` in its workspace says.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";

export interface HostScript {
  /** Ends at once, with this sentence on stderr. */
  readonly refuses?: string;
  /** Listens only once a file `go` is in the workspace. */
  readonly waits?: boolean;
  /** What tasks.list answers; null: an error. */
  readonly tasks?: readonly { id: string; kind: string; title: string; state: string }[] | null;
}

const { values } = parseArgs({
  options: { socket: { type: "string" }, workspace: { type: "string" }, page: { type: "string" } },
});
const { socket = "", page = "" } = values;
let { workspace = "" } = values;
/** Where its script lies, and where it leaves marks, whichever study is opened later. */
const home = workspace;

const script = (): HostScript => {
  const file = path.join(home, "host.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
};

const { refuses, waits } = script();
if (refuses !== undefined) {
  process.stderr.write(`apexlab: ${refuses}\n`);
  process.exit(1);
}

const answer = (response: ServerResponse, data: unknown, status = 200) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(data));
const done = (data: unknown) => ({ result: { data } });

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  switch (pathname) {
    case "/":
      response
        .writeHead(200, { "content-type": "text/html", "content-security-policy": "default-src 'self'" })
        .end(`The page in ${page}, study ${workspace}`);
      return;
    case "/no-policy":
      response.writeHead(200, { "content-type": "text/html" }).end("A page without a policy");
      return;
    case "/trpc/tasks.list": {
      const { tasks = [] } = script();
      answer(response, tasks === null ? { error: { message: "No list." } } : done(tasks));
      return;
    }
    case "/trpc/about":
      answer(response, done({ version: "0.0.0", node: process.versions.node, onnxruntime: "1.2.3", sqlite: "4.5.6" }));
      return;
    case "/trpc/workspace.current":
      answer(response, done({ folder: workspace }));
      return;
    case "/trpc/workspace.open": {
      const call = Object(await json(request));
      if (String(call.folder).includes("busy")) answer(response, { error: { message: "That study is in use." } }, 409);
      else answer(response, done({ folder: (workspace = call.folder) }));
      return;
    }
    case "/trpc/echo":
      response.writeHead(
        201,
        [
          ["content-type", "text/plain"],
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
          ["x-method", request.method ?? ""],
          ["x-url", request.url ?? ""],
          ["x-headers", JSON.stringify(request.headers)],
        ].flat(),
      );
      request.pipe(response);
      return;
    case "/trpc/unchanged":
      response.writeHead(304, { etag: '"1"' }).end();
      return;
    case "/trpc/stream":
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: first\n\n");
      response.on("close", () => writeFileSync(path.join(home, "stream-closed"), ""));
      return;
    case "/trpc/die":
      process.stderr.write("apexlab: The disk is full.\n");
      process.exit(3);
      break;
    case "/trpc/silence":
      return;
    default:
      response.writeHead(404).end();
  }
}

const server = createServer((request, response) => void serve(request, response));
if (waits === true) while (!existsSync(path.join(home, "go"))) await after(10);
server.listen(socket, () => process.stdout.write(`${JSON.stringify({ ready: true, socket })}\n`));
process.stdin.resume().on("end", () => {
  writeFileSync(path.join(home, "host-ended"), String(process.pid));
  process.exit(0);
});
writeFileSync(path.join(home, "host-pid"), String(process.pid));
