/** The engine's bench: our training step and PyTorch's, in turns within one run, since a machine's speed drifts. */
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { ApexError } from "../../../contract/errors.ts";
import { onnxruntimeVersion } from "../../../engine/index.ts";
import { ALLOCATION } from "../../../jobs/allocation.ts";
import type { StepSetting } from "./ours.ts";
import { pythonWithTorch, TORCH_STEP } from "./torch.ts";

export interface Score {
  /** The fastest step, over the batch. */
  readonly msPerSample: number;
  readonly median: number;
  /** Peak memory, MiB. */
  readonly rssMb: number;
}

export interface EngineScore {
  readonly name: StepSetting["model"];
  readonly ours: Score;
  /** null: no Python with torch is on this machine. */
  readonly torch: Score | null;
  /** ours / torch, of the fastest steps. */
  readonly ratio: number | null;
}

export interface Contest extends Omit<StepSetting, "model"> {
  readonly models: readonly StepSetting["model"][];
  /** Steps of each side that are timed. */
  readonly rounds: number;
  /** How this program is started to serve steps: arguments of node, up to the command's own. */
  readonly entry: readonly string[];
  readonly onModel?: (name: string) => void;
}

/** One side, warm, in a process of its own. */
interface Contestant extends Disposable {
  readonly step: () => Promise<{ readonly ms: number; readonly rssMb: number }>;
}

export async function engineScores(contest: Contest): Promise<EngineScore[]> {
  const { models, batch, size, threads, rounds, entry, onModel } = contest;
  const python = pythonWithTorch();
  const scores: EngineScore[] = [];
  for (const name of models) {
    onModel?.(name);
    const setting = [name, batch, size, threads].map(String);
    using ours = await contestant(process.execPath, [...entry, "bench", "engine-step", ...setting]);
    using torch = python === null ? null : await contestant(python, ["-c", TORCH_STEP, ...setting]);
    const times: Record<"ours" | "torch", number[]> = { ours: [], torch: [] };
    const memory = { ours: 0, torch: 0 };
    for (let round = 0; round < rounds; round++)
      for (const [side, one] of [["ours", ours] as const, ["torch", torch] as const]) {
        if (one === null) continue;
        const { ms, rssMb } = await one.step();
        times[side].push(ms / batch);
        memory[side] = rssMb;
      }
    const scoreOf = (side: "ours" | "torch"): Score => {
      const sorted = times[side].toSorted((a, b) => a - b);
      return { msPerSample: sorted[0], median: sorted[sorted.length >> 1], rssMb: memory[side] };
    };
    const [own, other] = [scoreOf("ours"), torch === null ? null : scoreOf("torch")];
    scores.push({ name, ours: own, torch: other, ratio: other === null ? null : own.msPerSample / other.msPerSample });
  }
  return scores;
}

/** What the numbers depend on. */
export function machineText(threads: number): string {
  return `${cpus()[0]?.model ?? process.arch}, ${cpus().length} cores, ${threads} threads, onnxruntime ${onnxruntimeVersion}`;
}

async function contestant(command: string, args: readonly string[]): Promise<Contestant> {
  const child = spawn(command, args, { env: { ...process.env, ...ALLOCATION }, stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  // A child that is gone says so on its stdout, which ends.
  child.on("error", (error) => (complaint += error.message));
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done !== true) return String(value);
    const last = complaint.trim().split("\n").at(-1) ?? "";
    throw new ApexError("executor-failed", `A process of the bench ended before it had answered: ${last}`);
  };
  const close = (): void => {
    child.stdin.end();
    child.kill();
  };
  try {
    await answer();
  } catch (error) {
    close();
    throw error;
  }
  return {
    step: async () => {
      child.stdin.write("\n");
      const [ms, rssMb] = (await answer()).split(" ").map(Number);
      return { ms, rssMb };
    },
    [Symbol.dispose]: close,
  };
}
