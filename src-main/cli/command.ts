/** What every command shares: the workspace option, opening the app, exit codes, cancelling by Ctrl-C. */
import { homedir } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { App, AppOptions, Hooks } from "../app.ts";
import { findHost } from "../api/door/client.ts";
import { ApexError } from "../contract/errors.ts";
import { entryFile } from "../steps/entry-file.ts";
import { forwardingApp } from "./forward.ts";
import { type Terminal, openTerminal } from "./terminal.ts";

export interface GlobalOptions {
  workspace?: string;
  json?: boolean;
}

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The workspace of cli.md's rule: the option, else the variable, else `Apexlab` in the user's home. */
export function workspaceFolder(options: GlobalOptions): string {
  return path.resolve(options.workspace ?? (process.env["APEXLAB_WORKSPACE"] || path.join(homedir(), "Apexlab")));
}

/** A new command with the options that every command has. */
export function command(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option("--workspace <dir>", "the workspace folder (default: $APEXLAB_WORKSPACE, else Apexlab in your home)")
    .option("--json", "print one JSON document on stdout, everything else on stderr")
    .addHelpText("after", `\nExample:\n  ${example}`);
}

export interface Session {
  readonly app: App;
  readonly terminal: Terminal;
  readonly hooks: Hooks;
}

/** Opens the app on the command's workspace, runs `work`, and closes; Ctrl-C cancels (twice: ends at once). */
export async function withApp(
  options: GlobalOptions,
  access: AppOptions["access"],
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const terminal = openTerminal({ json: options.json === true });
  const controller = new AbortController();
  const cancel = () => {
    if (controller.signal.aborted) process.exit(EXIT.failed);
    terminal.note("Cancelling; what is finished stays. Press Ctrl-C again to end at once.");
    controller.abort(new ApexError("cancelled", "Cancelled. The same command goes on from where it stopped."));
  };
  process.on("SIGINT", cancel);
  process.on("SIGTERM", cancel);
  try {
    await using app = await openApp({ workspace: workspaceFolder(options), worker: entryFile("worker"), access });
    for (const notice of app.notices) terminal.note(notice);
    await work({
      app,
      terminal,
      hooks: { signal: controller.signal, onProgress: terminal.onProgress, note: terminal.note },
    });
  } finally {
    process.off("SIGINT", cancel);
    process.off("SIGTERM", cancel);
    terminal.settle();
  }
}

/** A writing command while Apexlab is open goes through its host; without one that answers, the lock's holder is named. */
async function openApp(options: AppOptions): Promise<App> {
  // Only now: what opens a window, or prints a help text, waits for no native module.
  const { createApp } = await import("../app.ts");
  try {
    return await createApp(options);
  } catch (error) {
    if (!(error instanceof ApexError) || error.code !== "workspace-busy") throw error;
    const host = await findHost(options.workspace);
    if (host === null) throw error;
    return forwardingApp(host, await createApp({ ...options, access: "read" }));
  }
}

/** `brlFrom` -> `--brl-from`. */
export const optionOf = (setting: string): string =>
  `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Parses a whole number option. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("Give a whole number.");
  return value;
}

/** Parses a number option. */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Give a number.");
  return value;
}
