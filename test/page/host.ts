/** A host with a study of its own, as `apexlab serve` starts it, for a test of the page. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "..", "..");

/** The page as it was built last; APEXLAB_PAGE names another build of it. */
const PAGE = path.resolve(process.env["APEXLAB_PAGE"] ?? path.join(root, "out", "renderer"));

const readyLine = z.object({ ready: z.literal(true), address: z.string(), socket: z.string() });

export interface TestHost extends AsyncDisposable {
  readonly workspace: string;
  /** Opens the page once: holds the one-time code. */
  readonly address: string;
  readonly port: number;
  /** Ends it at once, as a crash does. */
  readonly kill: () => Promise<void>;
}

/** `port` 0: any free one. */
export async function startHost(workspace: string, { port = 0 }: { port?: number } = {}): Promise<TestHost> {
  const host = spawn(
    process.execPath,
    [path.join(root, "src-main", "serve.ts"), "--workspace", workspace, "--page", PAGE, "--port", String(port)],
    { stdio: ["pipe", "pipe", "pipe"], cwd: root },
  );
  const address = await addressOf(host);
  return {
    workspace,
    address,
    port: Number(new URL(address).port),
    kill: async () => {
      host.kill("SIGKILL");
      await ended(host);
    },
    [Symbol.asyncDispose]: async () => {
      host.stdin?.end();
      await ended(host);
    },
  };
}

async function addressOf(host: ChildProcess): Promise<string> {
  let said = "";
  host.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  if (host.stdout === null) throw new Error("The host has no output.");
  for await (const line of createInterface({ input: host.stdout })) return readyLine.parse(JSON.parse(line)).address;
  throw new Error(`The host ended before it was ready: ${said}`);
}

async function ended(host: ChildProcess): Promise<void> {
  if (host.exitCode === null && host.signalCode === null) await once(host, "exit");
}

/** An empty folder that is gone after the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "apexlab-page-"));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
