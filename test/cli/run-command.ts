/** The command line as a terminal sees it: a process of its own, its output and exit code. */
import { spawn } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..", "..");
const BIN = path.join(root, "src-main", "cli", "bin.ts");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `apexlab ...args` from the sources and waits for its end. */
export function apexlab(args: readonly string[], options: { workspace: string; cwd?: string }): Promise<Ended> {
  const env = { ...process.env, APEXLAB_WORKSPACE: options.workspace, NO_COLOR: "1" };
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** As `apexlab --json`, which must succeed: its one document, for the caller to check. */
export async function apexlabJson(args: readonly string[], options: { workspace: string }): Promise<unknown> {
  const { code, stdout, stderr } = await apexlab([...args, "--json"], options);
  if (code !== 0) throw new Error(`apexlab ${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
