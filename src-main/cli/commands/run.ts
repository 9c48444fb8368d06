import { availableParallelism } from "node:os";
import path from "node:path";
import { Option } from "commander";
import { ApexError } from "../../contract/errors.ts";
import { HEAD_MOTIONS } from "../../contract/flow.ts";
import { INPUTS, SELECTIONS, runConfig } from "../../contract/run.ts";
import { runReport } from "../../evaluation/report.ts";
import { type GlobalOptions, command, decimal, optionOf, whole, withApp } from "../command.ts";

/** Options that are no part of the configuration. */
type Options = GlobalOptions & { datasets?: string; weights?: string; flowWeights?: string } & Record<string, unknown>;

/** More threads than this gain nothing for the networks at hand; a person may ask for any number. */
const MOST_THREADS = 8;

export const runCommand = () =>
  command(
    "run",
    "train and test, holding out one dataset after the other, and print the table",
    "apexlab run --input flow --epochs 50 --seeds 3",
  )
    .addOption(new Option("--protocol <name>", "how training and test sets are made").choices(["lodo"]))
    .addOption(new Option("--input <what>", "what the network sees").choices([...INPUTS]))
    .addOption(
      new Option(
        "--flow <method>",
        "how flow is had (default: pictures where every sample has one, else the best own)",
      ).choices(["tvl1", "raft", "pictures"]),
    )
    .option("--flow-weights <file>", "RAFT weights of your own for --flow raft (.safetensors or .pth)")
    .addOption(
      new Option("--head-motion <what>", "the head's own motion: left in the flow (default), or taken off").choices([
        ...HEAD_MOTIONS,
      ]),
    )
    .addOption(
      new Option("--flow-image <encoding>", "how flow becomes a picture").choices(["uv-strain", "uv-magnitude"]),
    )
    .addOption(new Option("--backbone <name>", "the network").choices(["cnn", "resnet18", "poolformer-s12"]))
    .option("--weights <file>", "start from these weights (safetensors, named as torchvision or timm names them)")
    .option("--lambda <x>", "weight of batch regularization, 0 to below 1 (default: 0.5)", decimal)
    .option("--brl-from <E>", "epochs of cross-entropy alone before it joins (default: half the epochs)", whole)
    .addOption(new Option("--batches <kind>", "how batches are drawn").choices(["plain", "stratified"]))
    .option("--epochs <n>", "passes over the training set (default: 100)", whole)
    .option("--batch <n>", "samples a batch (default: 32)", whole)
    .option("--accumulate <n>", "compute a batch in n pieces, to save memory (default: 1)", whole)
    .option("--lr <x>", "learning rate (default: 2e-4)", decimal)
    .addOption(
      new Option("--schedule <name>", "how the learning rate goes on after warm-up").choices(["constant", "cosine"]),
    )
    .option("--warmup <n>", "epochs in which the learning rate rises (default: 0)", whole)
    .option("--clip <x>", "largest norm of all gradients together (default: none)", decimal)
    .option("--weight-decay <x>", "weight decay (default: 5e-4)", decimal)
    .option("--size <px>", "width and height of the input (default: 224)", whole)
    .option("--seeds <n>", "repetitions with other random numbers (default: 1)", whole)
    .addOption(new Option("--selection <rule>", "which epoch is reported").choices([...SELECTIONS]))
    .option("--datasets <a,b,c>", "only these datasets (default: all)")
    .option("--shuffle-labels", "a sanity check: train on shuffled labels; the run is marked so")
    .option("--device <name>", "auto, cpu, ... (see apexlab devices)")
    .option("--threads <n>", `threads of a training job (default: the cores, at most ${MOST_THREADS})`, whole)
    .action((options: Options) =>
      withApp(options, "write", async ({ app, terminal, hooks }) => {
        const { workspace: _workspace, json: _json, datasets, weights, flowWeights, ...given } = options;
        const parsed = runConfig.safeParse({
          threads: Math.min(MOST_THREADS, availableParallelism()),
          ...given,
          datasets: datasets?.split(",").filter((name) => name.trim() !== "") ?? null,
          weights: weights === undefined ? null : path.resolve(weights),
          flowWeights: flowWeights === undefined ? null : path.resolve(flowWeights),
        });
        if (!parsed.success) throw usageFault(parsed.error.issues[0]);
        const document = await app.run(parsed.data, hooks);
        terminal.result(document, () => runReport(document));
      }),
    );

function usageFault(issue: { path: PropertyKey[]; message: string } | undefined): ApexError {
  const option = optionOf(String(issue?.path[0] ?? ""));
  return new ApexError("usage", `${option}: ${issue?.message ?? "not understood"}. See apexlab run --help.`);
}
