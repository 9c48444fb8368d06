/** `apexlab flow`: the study's flow; its sub-commands stand beside it, a file each. */
import { Option } from "commander";
import { FLOW_METHODS, type FlowDocument, HEAD_MOTIONS, flowCall } from "../../../contract/flow.ts";
import { type GlobalOptions, command, withApp } from "../../command.ts";
import { textTable } from "../../table.ts";
import { pairCommand } from "./pair.ts";
import { faultLines, methodWords } from "./shared.ts";
import { spotCommand } from "./spot.ts";
import { verifyCommand } from "./verify.ts";

interface Options extends GlobalOptions {
  dataset?: string[];
  method?: (typeof FLOW_METHODS)[number];
  weights?: string;
  headMotion: (typeof HEAD_MOTIONS)[number];
}

const SUB_COMMANDS = [pairCommand, spotCommand, verifyCommand];

export function flowCommand() {
  const own = command(
    "flow",
    "optical flow from onset to apex of every sample, kept in the workspace",
    "apexlab flow --dataset casme2 --dataset samm",
  )
    .option("--dataset <name>", "only this dataset (may be given again)", (name, before: string[] = []) => [
      ...before,
      name,
    ])
    .addOption(
      new Option("--method <name>", "how flow is computed (default: the best own method)").choices([...FLOW_METHODS]),
    )
    .option("--weights <file>", "RAFT weights of your own (.safetensors or .pth)")
    .addOption(
      new Option("--head-motion <what>", "the head's own shift, turn and scale: left in the flow, or taken off")
        .choices([...HEAD_MOTIONS])
        .default("keep"),
    )
    .action((options: Options) =>
      withApp(options, "write", async ({ app, terminal, hooks }) => {
        const { dataset: datasets = null, method, weights, headMotion } = options;
        const document = await app.flow(flowCall.parse({ datasets, method, weights, headMotion }), hooks);
        terminal.result(document, () => flowText(document));
      }),
    )
    .enablePositionalOptions();
  for (const make of SUB_COMMANDS) own.addCommand(make().exitOverride());
  return own;
}

function flowText(document: FlowDocument): string {
  const { datasets, faults, headMotion } = document;
  const head = headMotion === "remove" ? "head motion taken off" : "raw, head motion left in";
  const table = textTable(
    ["dataset", "samples", "computed", "there already"],
    datasets.map(({ dataset, samples, computed, cached }) => [dataset, samples, computed, cached]),
  );
  return [`Flow by ${methodWords(document)}, ${head}`, table, ...faultLines(faults)].join("\n");
}
