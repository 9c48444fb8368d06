import { Option } from "commander";
import { APEX_RULES, FLOW_METHODS, type SpotDocument, spotCall } from "../../../contract/flow.ts";
import { type GlobalOptions, command, withApp } from "../../command.ts";
import { textTable } from "../../table.ts";
import { faultLines, methodWords } from "./shared.ts";

interface Options extends GlobalOptions {
  dataset?: string[];
  coded?: boolean;
  method?: (typeof FLOW_METHODS)[number];
  weights?: string;
  apex: (typeof APEX_RULES)[number] | typeof AS_BEFORE;
}

/** Measures, and changes nobody's apex. */
const AS_BEFORE = "as-before";

export const spotCommand = () =>
  command(
    "spot",
    "find the apex of clips without a coded one: the frame that has moved most from its onset",
    "apexlab flow spot --dataset smic",
  )
    .option("--dataset <name>", "only this dataset (may be given again)", (name, before: string[] = []) => [
      ...before,
      name,
    ])
    .addOption(
      new Option(
        "--apex <rule>",
        "which apex clips without a coded one have from now on: the spotted one, the middle frame again, or the same as before",
      )
        .choices([...APEX_RULES, AS_BEFORE])
        .default("spotted"),
    )
    .option("--coded", "also measure clips with a coded apex; they keep it")
    .addOption(
      new Option("--method <name>", "how flow is computed (default: tvl1, which is fast)").choices([...FLOW_METHODS]),
    )
    .option("--weights <file>", "RAFT weights of your own (.safetensors or .pth)")
    .action((options: Options) =>
      withApp(options, "write", async ({ app, terminal, hooks }) => {
        const { dataset: datasets = null, coded, method, weights, apex } = options;
        const use = apex === AS_BEFORE ? null : apex;
        const document = await app.spot(spotCall.parse({ datasets, coded, method, weights, use }), hooks);
        terminal.result(document, () => spotText(document));
      }),
    );

function spotText(document: SpotDocument): string {
  const { datasets, faults } = document;
  const table = textTable(
    ["dataset", "clips", "measured", "there already", "apex"],
    datasets.map(({ dataset, clips, computed, cached, rule }) => [dataset, clips, computed, cached, rule]),
  );
  return [`Motion by ${methodWords(document)}; apex: of clips without a coded one`, table, ...faultLines(faults)].join(
    "\n",
  );
}
