/** `apexlab bench training`: how long the paper's configuration takes on this machine, extrapolated from some epochs. */
import type { Command } from "commander";
import { runConfig } from "../../contract/run.ts";
import { onnxExecutor } from "../../engine/index.ts";
import { again } from "../bench/again.ts";
import { machineText } from "../bench/engine/contest.ts";
import { FOLDS, type Pace, paceOf, PAPER_SAMPLES } from "../bench/training/pace.ts";
import { command, type GlobalOptions, whole } from "../command.ts";
import { openTerminal } from "../terminal.ts";

/** The paper's where it says, this program's defaults where it does not. */
const PAPER = runConfig.parse({});

interface Options extends GlobalOptions {
  readonly batch: number;
  readonly timed: number;
  readonly threads: number;
}

export function benchTrainingCommand(): Command {
  return command(
    "training",
    `Time some epochs of each network at ${PAPER.size} px and extrapolate the paper's ${PAPER.epochs} epochs of five folds.`,
    "apexlab bench training --timed 1 --json",
  )
    .option("--batch <n>", "samples of a step", whole, PAPER.batch)
    .option("--timed <n>", "epochs of each network that are timed; the median counts", whole, 3)
    .option("--threads <n>", "threads", whole, PAPER.threads)
    .action(async ({ batch, timed, threads, json }: Options) => {
      if (again()) return;
      const terminal = openTerminal({ json: json === true });
      const executor = onnxExecutor({ threads });
      const models: Pace[] = [];
      for (const name of runConfig.shape.backbone.unwrap().options) {
        terminal.note(`Timing ${name}`);
        const onEpoch = (done: number): void => terminal.note(`${name}: ${done} of ${timed} epochs timed`);
        models.push(await paceOf(name, { ...PAPER, batch, executor, timed, onEpoch }));
      }
      const machine = machineText(threads);
      const { size, epochs } = PAPER;
      const extrapolated = { epochs, folds: FOLDS, samples: PAPER_SAMPLES };
      terminal.result({ models, size, batch, extrapolated, machine }, () => text(models, machine));
    });
}

function text(models: readonly Pace[], machine: string): string {
  return [
    ...models.map(sentence),
    `Extrapolated, not run: ${PAPER.epochs} epochs of five folds, each trained on four of the paper's five datasets (${PAPER_SAMPLES} samples together), ${PAPER.size} x ${PAPER.size}, one seed; without computing flow and scoring.`,
    machine,
  ].join("\n");
}

function sentence({ name, samples, epochSeconds, msPerSample, hours }: Pace): string {
  const measured = new Intl.ListFormat("en-GB").format(epochSeconds.map((seconds) => seconds.toFixed(1)));
  const epochs = epochSeconds.length === 1 ? "one epoch" : `${epochSeconds.length} epochs`;
  return `${name}: ${epochs} of ${samples} samples took ${measured} s, ${msPerSample.toFixed(1)} ms a sample; the paper's configuration takes ${hours.toFixed(1)} hours.`;
}
