/** The host as the window's process sees it: a child on the bundled Node that ends when its stdin closes. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { privateSocket } from "./private-socket.ts";

/** Long enough for workers to reach the end of a step and let go; what they had finished is kept in any case. */
const GRACE_MS = 15_000;
const TAIL_CHARACTERS = 4000;
/** What steers Node or Electron in this process is no business of the host. */
const NOT_INHERITED = /^(ELECTRON_|NODE_OPTIONS$|NODE_PATH$)/;

export interface HostOptions {
  /** The bundled Node's executable. */
  readonly node: string;
  /** The built serve.js. */
  readonly script: string;
  /** The built page's folder. */
  readonly page: string;
  readonly workspace: string;
}

export class HostProcess implements AsyncDisposable {
  readonly socket: string;
  /** True once it listens, false when it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves, in every case, with a sentence that says how it ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #tail = "";

  /** Throws the system's error where no private folder can be made; a Node that does not start shows in `ended`. */
  constructor({ node, script, page, workspace }: HostOptions) {
    const place = privateSocket();
    this.socket = place.path;
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)));
    const child = spawn(node, [script, "--socket", place.path, "--workspace", workspace, "--page", page], {
      stdio: ["pipe", "pipe", "pipe"],
      env,
      windowsHide: true,
    });
    this.#child = child;
    child.stdin.on("error", () => {}); // its end is told by `ended`
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      process.stderr.write(text);
      this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS);
    });
    this.ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(`It could not be started: ${error.message}.`));
      child.once("close", (code, signal) => {
        const words = signal === null && code !== 0 ? this.#lastWords() : undefined;
        resolve(words ?? howItEnded(code, signal));
      });
    }).finally(() => place[Symbol.dispose]());
    const listening = new Promise<boolean>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (saysReady(line)) resolve(true);
      });
    });
    this.ready = Promise.race([listening, this.ended.then(() => false)]);
  }

  /** Closes its stdin and waits for its end, and that of its workers; ends it by force after the grace time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    const killer = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(killer);
  }

  /** The last line on stderr that is a sentence: Node's own trailer and stack lines are not. */
  #lastWords(): string | undefined {
    const lines = this.#tail.split("\n").map((line) => line.trim());
    const last = lines.findLast((line) => line !== "" && !/^(at |Node\.js v|[{}\]]|\^|node:)/.test(line));
    return last?.replace(/^apexlab: /, "");
  }
}

function saysReady(line: string): boolean {
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === "object" && said !== null && "ready" in said && said.ready === true;
  } catch {
    return false; // anything else that is printed
  }
}

const howItEnded = (code: number | null, signal: string | null) =>
  signal === null ? `It ended with code ${code ?? "unknown"}.` : `It was ended by ${signal}.`;
