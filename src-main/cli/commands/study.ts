import type { StudyDocument } from "../../contract/documents.ts";
import { type GlobalOptions, command, withApp } from "../command.ts";
import { textTable } from "../table.ts";

export const studyCommand = () =>
  command("study", "the datasets of the study: samples per class, subjects, frames", "apexlab study").action(
    (options: GlobalOptions) =>
      withApp(options, "read", async ({ app, terminal }) => {
        const document = app.study();
        terminal.result(document, () => studyText(document));
      }),
  );

export function studyText({ datasets }: StudyDocument): string {
  if (datasets.length === 0)
    return "The study is empty: import a dataset with apexlab import, or write the demo study with apexlab demo.";
  const sum = (pick: (row: StudyDocument["datasets"][number]) => number) =>
    datasets.reduce((total, row) => total + pick(row), 0);
  return textTable(
    ["dataset", "fps", "positive", "negative", "surprise", "total", "subjects", "frames"],
    [
      ...datasets.map((row) => [
        row.name,
        row.fps ?? "-",
        row.positive,
        row.negative,
        row.surprise,
        row.total,
        row.subjects,
        row.frames,
      ]),
      [
        "all",
        "",
        sum((row) => row.positive),
        sum((row) => row.negative),
        sum((row) => row.surprise),
        sum((row) => row.total),
        sum((row) => row.subjects),
        sum((row) => row.frames),
      ],
    ],
  );
}
