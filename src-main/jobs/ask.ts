/** One question to a worker process of its own, for what may hang or crash: answers come as they are found. */
import { fork } from "node:child_process";
import { lastWords, TAIL_CHARACTERS } from "./last-words.ts";

export interface Asking {
  readonly workerFile: string;
  /** What the worker is started with: the subject, then the question. */
  readonly args: readonly string[];
  /** Then it is killed. */
  readonly limitMs: number;
  readonly signal?: AbortSignal;
  readonly onAnswer: (raw: unknown) => void;
}

/** How the process ended: by itself, too late, or by a fault with its last words. */
export type Ending = { readonly how: "done" | "late" } | { readonly how: "died"; readonly words: string };

export function ask({ workerFile, args, limitMs, signal, onAnswer }: Asking): Promise<Ending> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const child = fork(workerFile, [...args], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    let tail = "";
    let late = false;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        tail = (tail + text).slice(-TAIL_CHARACTERS);
      });
    child.on("message", onAnswer);
    const killer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, limitMs);
    const cancel = () => child.kill("SIGKILL");
    signal?.addEventListener("abort", cancel, { once: true });
    const end = (ending: Ending) => {
      clearTimeout(killer);
      signal?.removeEventListener("abort", cancel);
      if (signal?.aborted === true) reject(signal.reason);
      else resolve(ending);
    };
    child.once("error", (error) => end({ how: "died", words: error.message }));
    child.once("close", (code, killedBy) => {
      if (late) end({ how: "late" });
      else if (code === 0) end({ how: "done" });
      else end({ how: "died", words: lastWords(tail) || (killedBy ?? `code ${code ?? "unknown"}`) });
    });
  });
}
