import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";
import { findHost } from "../../api/door/client.ts";
import { ApexError } from "../../contract/errors.ts";
import { entryFile } from "../../steps/entry-file.ts";
import { type GlobalOptions, command, whole, workspaceFolder } from "../command.ts";
import { type Terminal, openTerminal } from "../terminal.ts";
import { openWindow } from "../window.ts";

interface Options extends GlobalOptions {
  port?: number;
  open: boolean;
}

export const serveCommand = () =>
  command("serve", "open Apexlab in the browser, on this machine only", "apexlab serve --port 8130")
    .option("--port <n>", "the port on 127.0.0.1 (default: any free one)", whole)
    .option("--no-open", "print the address, open no window")
    .action(async (options: Options) => {
      const workspace = workspaceFolder(options);
      const terminal = openTerminal({ json: options.json === true });
      const running = await (await findHost(workspace))?.address();
      if (running !== undefined && running !== null) {
        show({ address: running, workspace }, { terminal, options });
        terminal.note("Apexlab was open already: this is a new address of it, which opens it once.");
        return;
      }
      const args = [entryFile("serve"), "--workspace", workspace, "--port", String(options.port ?? 0)];
      const host = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
      await watch(host, (ready) => {
        show(ready, { terminal, options });
        terminal.note("It stays open, and what it works on goes on, until you press Ctrl-C here.");
      });
    });

const readyLine = z.object({ ready: z.literal(true), address: z.string(), workspace: z.string() });
type Ready = Pick<z.infer<typeof readyLine>, "address" | "workspace">;

/** Until the host ends. Errors: its own last sentence, where it ended by a fault. */
async function watch(host: ChildProcess, onReady: (ready: Ready) => void): Promise<void> {
  let tail = "";
  host.stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-4000);
  });
  if (host.stdout !== null)
    createInterface({ input: host.stdout }).on("line", (line) => onReady(readyLine.parse(JSON.parse(line))));
  // Ctrl-C reaches the host too; this process waits for its end. Of a signal to this process alone it is told.
  const told = () => host.stdin?.end();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, told);
  const [code] = await once(host, "close");
  for (const signal of signals) process.off(signal, told);
  if (code === 0) return;
  const said = tail.trim().split("\n").at(-1) ?? "";
  throw new ApexError(
    code === 2 ? "usage" : "worker-died",
    said === "" ? "Apexlab's host ended without a word." : said,
  );
}

function show(ready: Ready, { terminal, options }: { terminal: Terminal; options: Options }): void {
  const opened = options.open && openWindow(ready.address);
  terminal.result(ready, () => {
    const how = opened ? "A window was opened; its address" : "Open this address in a browser on this machine; it";
    return `Apexlab, workspace ${ready.workspace}\n${how} works once:\n  ${ready.address}`;
  });
}
