/** A real host in a process of its own, and callers of it: over HTTP as a browser, or with any odd request. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { createTRPCClient, httpLink } from "@trpc/client";
import { z } from "zod";
import type { AppRouter } from "../../src-main/api/router.ts";
import { type HostEvent, hostEvent } from "../../src-main/contract/api/tasks.ts";

const SERVE = path.resolve(import.meta.dirname, "../../src-main/serve.ts");

const readyLine = z.object({ pid: z.int(), socket: z.string(), workspace: z.string(), address: z.string() });

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Asked {
  readonly method?: string;
  /** As it stands in the request line: nothing is tidied up. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export class OpenHost implements AsyncDisposable {
  readonly pid: number;
  readonly socket: string;
  /** With its one-time code. */
  readonly address: string;
  readonly origin: string;
  cookie = "";
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, ready: z.infer<typeof readyLine>) {
    this.#child = child;
    this.pid = ready.pid;
    this.socket = ready.socket;
    this.address = ready.address;
    this.origin = new URL(ready.address).origin;
  }

  /** Ready, and entered by its code unless `enter` is false. Throws with the host's own words where it does not start. */
  static async start(
    workspace: string,
    { port = 0, enter = true, args = [] }: { port?: number; enter?: boolean; args?: readonly string[] } = {},
  ): Promise<OpenHost> {
    const child = spawn(process.execPath, [SERVE, "--workspace", workspace, "--port", String(port), ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const line = await Promise.race([
      once(createInterface({ input: child.stdout }), "line").then(([text]) => String(text)),
      once(child, "close").then(() => Promise.reject(new Error(said))),
    ]);
    const host = new OpenHost(child, readyLine.parse(JSON.parse(line)));
    if (enter) await host.enter();
    return host;
  }

  async enter(): Promise<Answer> {
    const { pathname, search } = new URL(this.address);
    const answer = await this.ask({ path: pathname + search, headers: { cookie: "" } });
    const [cookie = ""] = [answer.headers["set-cookie"] ?? ""].flat();
    this.cookie = cookie.split(";")[0];
    return answer;
  }

  /** As the page asks, unless headers say otherwise; a header that is "" is not sent. */
  ask({ method = "GET", path: asked = "/", headers = {}, body }: Asked): Promise<Answer> {
    const own = { host: new URL(this.origin).host, cookie: this.cookie, origin: method === "GET" ? "" : this.origin };
    const given = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== "");
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        { host: "127.0.0.1", port: new URL(this.origin).port, method, path: asked, headers: Object.fromEntries(given) },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  get calls() {
    const headers = { cookie: this.cookie, origin: this.origin };
    return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${this.origin}/trpc`, headers })] });
  }

  /** The window's stream; leaving the loop closes it. */
  async *follow(
    input: { live?: string[]; lastEventId?: string } = {},
  ): AsyncGenerator<{ id: string; event: HostEvent }> {
    const gone = new AbortController();
    const search = new URLSearchParams({ input: JSON.stringify({ live: input.live ?? [] }) });
    const headers: Record<string, string> = { cookie: this.cookie };
    if (input.lastEventId !== undefined) headers["last-event-id"] = input.lastEventId;
    const answer = await fetch(`${this.origin}/trpc/tasks.follow?${search}`, { headers, signal: gone.signal });
    if (answer.body === null || !answer.ok) throw new Error(`The stream was refused: ${await answer.text()}`);
    try {
      let text = "";
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        text += part;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const fields = new Map(
            text
              .slice(0, end)
              .split("\n")
              .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
          );
          text = text.slice(end + 2);
          if (fields.has("event") || !fields.has("data")) continue;
          yield { id: fields.get("id") ?? "", event: hostEvent.parse(JSON.parse(fields.get("data") ?? "")) };
        }
      }
    } finally {
      gone.abort();
    }
  }

  kill(signal: NodeJS.Signals): Promise<unknown> {
    const closed = once(this.#child, "close");
    this.#child.kill(signal);
    return closed;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Closes its stdin, as its parent's end would, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.stdin?.end();
    await closed;
  }
}

/** Whether a process of this id lives. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
