import { Option } from "commander";
import { DEMO_SIZES } from "../../contract/calls.ts";
import { type GlobalOptions, command, withApp } from "../command.ts";
import { runReport } from "../../evaluation/report.ts";
import { studyText } from "./study.ts";

interface Options extends GlobalOptions {
  size: (typeof DEMO_SIZES)[number];
  run?: boolean;
}

export const demoCommand = () =>
  command(
    "demo",
    "write five demo releases of drawn faces, import them, and (--run) evaluate",
    "apexlab demo --run --workspace .demo",
  )
    .addOption(
      new Option("--size <size>", "quick: about a fifth; paper: the counts of the paper's Table 1")
        .choices([...DEMO_SIZES])
        .default("quick"),
    )
    .option("--run", "then run the quick evaluation and print its table")
    .action((options: Options) =>
      withApp(options, "write", async ({ app, terminal, hooks }) => {
        const { document, beside } = await app.demo({ size: options.size, run: options.run === true }, hooks);
        terminal.result(document, () => {
          const table = document.run === null ? "" : `\n\n${runReport(document.run, { beside })}`;
          return `Demo study in ${document.workspace}\n\n${studyText(app.study())}${table}`;
        });
      }),
    );
