/** The few calls that the shell itself makes of the host, over the same socket as the page's. */
import { HOME } from "./address.ts";
import { forward } from "./forward.ts";

/** A host that does not answer a question in this time is not waited for. */
const PATIENCE_MS = 5000;

export interface OpenTask {
  readonly title: string;
}

export interface Versions {
  readonly node: string;
  readonly onnxruntime: string;
  readonly sqlite: string;
}

/** Work that quitting would stop; null when the host does not say. */
export async function openTasks(socket: string): Promise<readonly OpenTask[] | null> {
  const data = await call(socket, "tasks.list").catch(() => null);
  if (!Array.isArray(data)) return null;
  return data
    .filter((task) => ["queued", "running"].includes(text(task, "state")) && text(task, "kind") !== "preview")
    .map((task) => ({ title: text(task, "title") }));
}

/** Null when the host does not say. */
export async function hostVersions(socket: string): Promise<Versions | null> {
  const data = await call(socket, "about").catch(() => null);
  if (data === null) return null;
  return { node: text(data, "node"), onnxruntime: text(data, "onnxruntime"), sqlite: text(data, "sqlite") };
}

/** The absolute folder of the study that is open; null when the host does not say. */
export async function currentWorkspace(socket: string): Promise<string | null> {
  const data = await call(socket, "workspace.current").catch(() => null);
  return text(data, "folder") || null;
}

/** Throws an Error with the host's sentence when it refuses, the system's when it does not answer. */
export async function openWorkspace(socket: string, folder: string): Promise<void> {
  await call(socket, "workspace.open", { folder });
}

/** A tRPC call: a query, or a mutation where there is an input. */
async function call(socket: string, name: string, input?: unknown): Promise<unknown> {
  const request = new Request(
    `${HOME}trpc/${name}`,
    input === undefined
      ? { signal: AbortSignal.timeout(PATIENCE_MS) }
      : { method: "POST", body: JSON.stringify(input), headers: { "content-type": "application/json" } },
  );
  const answer: unknown = await (await forward(request, socket)).json();
  const error = member(answer, "error");
  if (error !== undefined) throw new Error(text(error, "message") || "The host refused without saying why.");
  return member(member(answer, "result"), "data") ?? null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

function text(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === "string" ? found : "";
}
