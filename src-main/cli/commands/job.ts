import { type GlobalOptions, command, withApp } from "../command.ts";

export const jobCommand = () =>
  command(
    "job",
    "carry out one planned job of runs/KEY, without opening the study (for a cluster's scheduler)",
    "apexlab job 0c9e5d...",
  )
    .argument("<key>", "the job's key: the name of its folder in runs/")
    .action((key: string, options: GlobalOptions) =>
      withApp(options, "none", async ({ app, terminal, hooks }) => {
        const document = await app.job(key, hooks);
        terminal.result(document, () => `${document.kind} ${document.key}: ${document.state} (${document.folder})`);
      }),
    );
