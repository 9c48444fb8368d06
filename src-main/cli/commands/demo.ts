import path from "node:path";
import { Option } from "commander";
import { DEMO_SIZES } from "../../contract/calls.ts";
import type { DemoDocument } from "../../contract/documents.ts";
import { type GlobalOptions, command, withApp } from "../command.ts";
import { textTable } from "../table.ts";
import { runReport } from "../../evaluation/report.ts";

interface Options extends GlobalOptions {
  size: (typeof DEMO_SIZES)[number];
  run?: boolean;
}

export const demoCommand = () =>
  command("demo", "write five demo releases of drawn faces, import them, and (--run) evaluate", "apexlab demo --run --workspace .demo")
    .addOption(new Option("--size <size>", "quick: about a fifth; paper: the counts of the paper's Table 1").choices([...DEMO_SIZES]).default("quick"))
    .option("--run", "then run the quick evaluation and print its table")
    .action((options: Options) =>
      withApp(options, "write", async ({ app, terminal, hooks }) => {
        const { document, rows } = await app.demo({ size: options.size, run: options.run === true }, hooks);
        terminal.result(document, () => demoText(document, rows));
      }),
    );
