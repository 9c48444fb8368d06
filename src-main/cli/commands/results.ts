import type { ResultsDocument } from "../../contract/documents.ts";
import { runReport } from "../../evaluation/report.ts";
import { type GlobalOptions, command, withApp } from "../command.ts";
import { textTable } from "../table.ts";

export const resultsCommand = () =>
  command("results", "the runs of this study, or one run's table", "apexlab results 3f9a")
    .argument("[run]", "a run's name, or its first letters")
    .action((run: string | undefined, options: GlobalOptions) =>
      withApp(options, "read", async ({ app, terminal }) => {
        if (run === undefined) {
          const document = app.results();
          terminal.result(document, () => resultsText(document));
        } else {
          const document = app.result(run);
          const failure = document.failure === undefined ? "" : `\n  Failed: ${document.failure}`;
          terminal.result(document, () => runReport(document) + failure);
        }
      }),
    );

const percent = (fraction: number | null) => (fraction === null ? "-" : (fraction * 100).toFixed(1));

function resultsText({ runs }: ResultsDocument): string {
  if (runs.length === 0) return "No runs yet: start one with apexlab run.";
  return textTable(
    ["run", "created", "protocol", "state", "UF1 %", "UAR %", "Acc %"],
    runs.map((run) => [
      run.run,
      run.created.slice(0, 16).replace("T", " "),
      run.protocol,
      run.state === "interrupted" ? "interrupted, can resume" : run.state,
      percent(run.uf1),
      percent(run.uar),
      percent(run.accuracy),
    ]),
  );
}
