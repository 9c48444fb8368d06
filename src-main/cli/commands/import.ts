import { Option } from "commander";
import { IMPORT_KINDS } from "../../contract/calls.ts";
import { importReport } from "../../study/report.ts";
import { type GlobalOptions, command, withApp } from "../command.ts";

interface Options extends GlobalOptions {
  as: (typeof IMPORT_KINDS)[number];
  table?: string;
  labels?: string;
  dryRun?: boolean;
  strict?: boolean;
}

export const importCommand = () =>
  command(
    "import",
    "read a dataset's release folder, or a manifest CSV, into the study",
    "apexlab import ~/data/CASME2 --as casme2 --labels paper",
  )
    .argument("<path>", "the release's folder, or the manifest file")
    .addOption(new Option("--as <kind>", "whose layout it has").choices([...IMPORT_KINDS]).makeOptionMandatory())
    .option("--table <file>", "the coding table, where it is not found inside the folder")
    .option(
      "--labels <rule>",
      "label preset paper or megc2019, a JSON mapping, or an MEGC label table (default: paper)",
    )
    .option("--dry-run", "print the report, store nothing")
    .option("--strict", "any fault of a row ends the import; nothing is stored")
    .action((path: string, options: Options) =>
      withApp(options, options.dryRun === true ? "peek" : "write", async ({ app, terminal, hooks }) => {
        const { as, table, labels, dryRun = false, strict = false } = options;
        const documents = await app.import({ path, as, table, labels, dryRun, strict }, hooks);
        const [first] = documents;
        terminal.result(documents.length === 1 ? first : { datasets: documents }, () =>
          documents.map((each) => importReport(each, { dryRun })).join("\n\n"),
        );
      }),
    );
