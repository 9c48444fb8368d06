/** The terminal as a caller of a running host: the same calls as the page's, over the socket that host.json names. */
import { type IncomingMessage, request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import { z } from "zod";
import { hostEvent, type Task, task as taskShape } from "../../contract/api/tasks.ts";
import { ApexError } from "../../contract/errors.ts";
import { fault } from "../../contract/fault.ts";
import type { Hooks } from "../context.ts";
import { isAlive } from "../tasks/tasks.ts";
import { type HostFile, readHostFile } from "./host-file.ts";

/** A host that does not say who it is in this time is not one. */
const PATIENCE_MS = 3000;

export interface HostClient {
  readonly pid: number;
  /** A task's call, watched to its end; aborting the signal cancels the task. Rejects with its fault. */
  readonly task: (name: string, input: unknown, hooks: Hooks) => Promise<Task>;
  /** A new one-time address of the page; null where the host serves no browser. */
  readonly address: () => Promise<string | null>;
}

/** The host of this workspace; null where none answers. */
export async function findHost(workspace: string): Promise<HostClient | null> {
  const host = readHostFile(workspace);
  if (host === null) return null;
  try {
    await call(host, { name: "about", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    return null; // a file that a crash left behind
  }
  return {
    pid: host.pid,
    task: async (name, input, hooks) => {
      try {
        const begun = taskShape.parse(await call(host, { name, input }));
        return await watched(host, begun, hooks);
      } catch (error) {
        throw error instanceof ApexError ? error : ended(host, error);
      }
    },
    address: async () => {
      const answer = await exchange(host, { method: "GET", path: "/address" });
      return z.object({ address: z.string().nullable() }).parse(JSON.parse(await textOf(answer))).address;
    },
  };
}

const ended = ({ pid }: HostFile, cause: unknown) =>
  new ApexError(
    "worker-died",
    `The running Apexlab (process ${pid}) ended before the work was done. What it had finished is kept: start again to go on.`,
    { cause },
  );

const answerShape = z.union([
  z.object({ result: z.object({ data: z.unknown() }) }),
  z.object({ error: z.object({ data: z.object({ fault }) }) }),
]);

interface Called {
  readonly name: string;
  readonly input?: unknown;
  readonly signal?: AbortSignal;
}

/** Rejects with the host's own fault. A call without an input is a query. */
async function call(host: HostFile, { name, input, signal }: Called): Promise<unknown> {
  const method = input === undefined ? "GET" : "POST";
  const path = `/trpc/${name}`;
  const answer = answerShape.parse(
    JSON.parse(await textOf(await exchange(host, { method, path, body: input, signal }))),
  );
  if ("result" in answer) return answer.result.data;
  const { code, message, place } = answer.error.data.fault;
  throw new ApexError(code, message, place);
}

/** Tells progress and notes as they come, each once; resolves with the task when it is finished. */
async function watched(host: HostFile, begun: Task, hooks: Hooks): Promise<Task> {
  const cancel = () => void call(host, { name: "tasks.cancel", input: { id: begun.id } }).catch(() => {}); // the stream tells the end
  hooks.signal?.addEventListener("abort", cancel, { once: true });
  try {
    if (hooks.signal?.aborted === true) cancel();
    const shown = new Shown(hooks);
    for await (const each of tasksOf(host)) {
      if (each.id !== begun.id) continue;
      shown.show(each);
      if (isAlive(each)) continue;
      if (each.error === null) return each;
      throw new ApexError(each.error.code, each.error.message, each.error.place);
    }
    throw ended(host, undefined);
  } finally {
    hooks.signal?.removeEventListener("abort", cancel);
  }
}

class Shown {
  readonly #hooks: Hooks;
  readonly #lines = new Map<string, string>();
  #notes = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  show({ progress, notes }: Task): void {
    for (const line of progress) {
      const text = JSON.stringify(line);
      if (this.#lines.get(line.what) === text) continue;
      this.#lines.set(line.what, text);
      this.#hooks.onProgress?.(line);
    }
    for (const note of notes.slice(this.#notes)) this.#hooks.note?.(note);
    this.#notes = notes.length;
  }
}

/** Every task as it is and changes, off the host's stream of events. */
async function* tasksOf(host: HostFile): AsyncGenerator<Task> {
  const answer = await exchange(host, { method: "GET", path: "/trpc/tasks.follow" });
  try {
    let kind = "message";
    for await (const line of createInterface({ input: answer })) {
      if (line === "") kind = "message";
      else if (line.startsWith("event:")) kind = line.slice("event:".length).trim();
      else if (line.startsWith("data:") && kind === "message") {
        const event = hostEvent.parse(JSON.parse(line.slice("data:".length)));
        if (event.kind === "tasks") yield* event.tasks;
        if (event.kind === "task") yield event.task;
      }
    }
  } finally {
    answer.destroy();
  }
}

interface Sent {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

function exchange(host: HostFile, { method, path, body, signal }: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${host.token}`, "content-type": "application/json", host: "localhost" };
    const sent = httpRequest({ socketPath: host.socket, method, path, headers, signal, agent: false }, resolve);
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  return Buffer.concat(parts).toString();
}
