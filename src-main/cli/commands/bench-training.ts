/** `apexlab bench training`: how long the paper's configuration takes on this machine, extrapolated from some steps. */
import type { Command } from "commander";
import { runConfig } from "../../contract/run.ts";
import { onnxExecutor } from "../../engine/index.ts";
import { machineText } from "../bench/engine/contest.ts";
import { type Pace, paceOf, PAPER_SAMPLES } from "../bench/training/pace.ts";
import { command, type GlobalOptions, whole } from "../command.ts";
import { textTable } from "../table.ts";
import { openTerminal } from "../terminal.ts";

/** The paper's where it says, this program's defaults where it does not. */
const PAPER = runConfig.parse({});

interface Options extends GlobalOptions {
  readonly batch: number;
  readonly steps: number;
  readonly threads: number;
}

export function benchTrainingCommand(): Command {
  return command(
    "training",
    `Time some training steps of each network at ${PAPER.size} px and extrapolate the paper's ${PAPER.epochs} epochs of five folds.`,
    "apexlab bench training --steps 3 --json",
  )
    .option("--batch <n>", "samples of a step", whole, PAPER.batch)
    .option("--steps <n>", "steps that are timed, after one that is not", whole, 5)
    .option("--threads <n>", "threads", whole, PAPER.threads)
    .action(async ({ batch, steps, threads, json }: Options) => {
      const terminal = openTerminal({ json: json === true });
      const executor = onnxExecutor({ threads });
      const models: Pace[] = [];
      for (const name of runConfig.shape.backbone.unwrap().options) {
        terminal.note(`Timing ${name}`);
        models.push(await paceOf(name, { ...PAPER, batch, executor, steps }));
      }
      const machine = machineText(threads);
      const { size, epochs } = PAPER;
      const extrapolated = { epochs, folds: 5, samples: PAPER_SAMPLES };
      terminal.result({ models, size, batch, extrapolated, machine }, () => text(models, machine));
    });
}

function text(models: readonly Pace[], machine: string): string {
  const rows = models.map(({ name, msPerSample, fastest, steps, hours }) => [
    name,
    String(steps),
    msPerSample.toFixed(1),
    fastest.toFixed(1),
    hours.toFixed(1),
  ]);
  return [
    textTable(["Network", "steps timed", "ms a sample", "fastest", "hours, extrapolated"], rows),
    `Extrapolated, not run: ${PAPER.epochs} epochs of five folds, each trained on four of the paper's five datasets (${PAPER_SAMPLES} samples together), ${PAPER.size} x ${PAPER.size}, one seed.`,
    machine,
  ].join("\n");
}
