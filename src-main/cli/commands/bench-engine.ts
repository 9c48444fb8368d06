/** `apexlab bench engine`: a training step of each network, ours beside PyTorch's. */
import { type Command, InvalidArgumentError } from "commander";
import { runConfig } from "../../contract/run.ts";
import { type EngineScore, engineScores, machineText } from "../bench/engine/contest.ts";
import { serveSteps } from "../bench/engine/ours.ts";
import { command, type GlobalOptions, whole } from "../command.ts";
import { textTable } from "../table.ts";
import { openTerminal } from "../terminal.ts";

const backbone = runConfig.shape.backbone.unwrap();

interface Options extends GlobalOptions {
  readonly models: typeof backbone.options;
  readonly batch: number;
  readonly size: number;
  readonly rounds: number;
  readonly threads: number;
}

export function benchEngineCommand(): Command {
  return command(
    "engine",
    "Time a training step of each network beside PyTorch's, where a Python with torch is on this machine.",
    "apexlab bench engine --models cnn,resnet18 --json",
  )
    .option("--models <names>", "which networks, with commas between", modelsOf, backbone.options)
    .option("--batch <n>", "samples of a step", whole, 16)
    .option("--size <px>", "height and width of the input", whole, 224)
    .option("--rounds <n>", "steps of each that are timed, in turns", whole, 20)
    .option("--threads <n>", "threads of each", whole, 2)
    .action(async (options: Options) => {
      const terminal = openTerminal({ json: options.json === true });
      const entry = [...process.execArgv, process.argv[1]];
      const onModel = (name: string) => terminal.note(`Timing ${name}`);
      const scores = await engineScores({ ...options, entry, onModel });
      const machine = machineText(options.threads);
      terminal.result(documentOf(scores, machine), () => `${tableOf(scores)}\n${machine}`);
    });
}

/** What `bench engine` starts for our side. */
export function engineStepCommand(): Command {
  return command("engine-step", "One network's training step, again for each line that is read.", "")
    .argument("<setting...>", "network, samples, pixels, threads")
    .action(([model, ...numbers]: readonly string[]) => {
      const [batch, size, threads] = numbers.map(whole);
      return serveSteps({ model: backbone.parse(model), batch, size, threads });
    });
}

function modelsOf(text: string): Options["models"] {
  const parsed = backbone.array().min(1).safeParse(text.split(","));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`Choose from ${backbone.options.join(", ")}.`);
}

const rounded = (x: number, digits: number): number => Number(x.toFixed(digits));

function documentOf(scores: readonly EngineScore[], machine: string) {
  return {
    models: scores.map(({ name, ours, torch, ratio }) => ({
      name,
      ours: sideOf(ours),
      torch: torch === null ? null : sideOf(torch),
      ratio: ratio === null ? null : rounded(ratio, 3),
    })),
    machine,
  };
}

const sideOf = ({ msPerSample, rssMb }: EngineScore["ours"]) => ({
  msPerSample: rounded(msPerSample, 2),
  rssMb: rounded(rssMb, 0),
});

function tableOf(scores: readonly EngineScore[]): string {
  return textTable(
    ["Network", "ours, ms", "median", "MiB", "PyTorch, ms", "median", "MiB", "time ratio", "memory ratio"],
    scores.map(({ name, ours, torch, ratio }) => [
      name,
      ...cells(ours),
      ...(torch === null ? ["-", "-", "-"] : cells(torch)),
      ratio === null ? "-" : ratio.toFixed(2),
      torch === null ? "-" : (ours.rssMb / torch.rssMb).toFixed(2),
    ]),
  );
}

const cells = ({ msPerSample, median, rssMb }: EngineScore["ours"]): string[] => [
  msPerSample.toFixed(1),
  median.toFixed(1),
  rssMb.toFixed(0),
];
