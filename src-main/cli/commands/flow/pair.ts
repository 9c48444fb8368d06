import { Option } from "commander";
import { FLOW_METHODS } from "../../../contract/flow.ts";
import { type GlobalOptions, command, whole, withApp } from "../../command.ts";
import { methodWords } from "./shared.ts";

interface Options extends GlobalOptions {
  method?: (typeof FLOW_METHODS)[number];
  weights?: string;
  iterations?: number;
  removeHeadMotion?: boolean;
  strain?: string;
  out: string;
}

export const pairCommand = () =>
  command(
    "pair",
    "optical flow between any two pictures of one size, u then v in pixels",
    "apexlab flow pair onset.png apex.png --out flow.npy",
  )
    .argument("<first>", "the picture that motion starts from")
    .argument("<second>", "the picture that it leads to")
    .addOption(
      new Option("--method <name>", "how flow is computed (default: the best own method)").choices([...FLOW_METHODS]),
    )
    .option("--weights <file>", "RAFT weights of your own (.safetensors or .pth)")
    .option("--iterations <n>", "updates of the flow, for RAFT", whole)
    .option(
      "--remove-head-motion",
      "take the shift, turn and scale off that most of the picture follows (default: raw flow)",
    )
    .option("--strain <file>", "also write the optical strain, an array [height, width] (.npy)")
    .requiredOption(
      "--out <file>",
      "where the flow goes: .npy ([2, height, width] float32), .flo or .png (KITTI, 16 bits)",
    )
    .action((onset: string, apex: string, options: Options) =>
      withApp(options, "none", async ({ app, terminal }) => {
        const { method = null, weights = null, iterations = null, strain = null, out } = options;
        const headMotion = options.removeHeadMotion === true ? "remove" : "keep";
        const document = await app.pair({ onset, apex, method, weights, iterations, headMotion, strain, out });
        terminal.result(document, () => {
          const { width, height, mean, max } = document;
          return `${document.out}: ${width} x ${height}, by ${methodWords(document)}; mean motion ${mean.toFixed(2)} px, largest ${max.toFixed(2)} px`;
        });
      }),
    );
