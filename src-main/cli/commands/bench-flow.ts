/** `apexlab bench flow`: every method of optical flow on pairs whose true motion is known, and RAFT's speed. */
import path from "node:path";
import type { Command } from "commander";
import { shippedWeights } from "../../api/flow/how.ts";
import { onnxExecutor } from "../../engine/index.ts";
import { again } from "../bench/again.ts";
import { flowScores, type FlowScore } from "../bench/flow/methods.ts";
import { type FlowSpeed, flowSpeed } from "../bench/flow/speed.ts";
import { command, type GlobalOptions, whole } from "../command.ts";
import { textTable } from "../table.ts";
import { openTerminal } from "../terminal.ts";

interface BenchFlowOptions extends GlobalOptions {
  readonly weights?: string;
  readonly threads: number;
}

export function benchFlowCommand(): Command {
  return command(
    "flow",
    "Compare methods of optical flow on pairs of frames whose true motion is known, and time RAFT beside torchvision's.",
    "apexlab bench flow --json",
  )
    .option("--weights <file>", "RAFT-small weights to judge (default: those that ship with Apexlab)")
    .option("--threads <n>", "threads of RAFT, ours and torchvision's", whole, 2)
    .action(async (options: BenchFlowOptions) => {
      if (again()) return;
      const terminal = openTerminal({ json: options.json === true });
      const executor = onnxExecutor({ threads: options.threads });
      const weights = path.resolve(options.weights ?? shippedWeights());
      const onSet = (name: string) => terminal.note(`Pairs: ${name}`);
      const pairs = await flowScores({ executor, weights, onSet });
      const speed = await flowSpeed(executor, options.threads);
      terminal.result({ pairs, speed }, () => text(pairs, speed));
    });
}

const cell = (x: number | null, digits: number): string => (x === null ? "-" : x.toFixed(digits));

function text(pairs: readonly FlowScore[], { ours, torch, ratio }: FlowSpeed): string {
  const rows = pairs.map(({ set, method, epe, epe95, ms }) => [set, method, cell(epe, 3), cell(epe95, 3), cell(ms, 0)]);
  const beside = torch === null ? "torchvision is not on this machine" : `torchvision ${torch.toFixed(0)} ms`;
  return [
    textTable(["Pairs", "Method", "Error, px", "95 % below", "ms a pair"], rows),
    `RAFT-small, 224 x 224, 20 iterations: ours ${ours.toFixed(0)} ms, ${beside}${ratio === null ? "" : `, ratio ${ratio.toFixed(2)}`}.`,
  ].join("\n");
}
