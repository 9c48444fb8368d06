import { verifyFlow } from "../../../api/flow-verify.ts";
import { ApexError } from "../../../contract/errors.ts";
import type { CheckedFile, VerifyDocument } from "../../../contract/flow-verify.ts";
import { onnxExecutor } from "../../../engine/index.ts";
import { type GlobalOptions, command, withApp } from "../../command.ts";
import { textTable } from "../../table.ts";

export const verifyCommand = () =>
  command(
    "verify",
    "check RAFT, stage by stage, against a folder of the official code's numbers",
    "apexlab flow verify raft-reference",
  )
    .argument("<folder>", "holds parameters*.json and flow_*.json")
    .action((folder: string, options: GlobalOptions) =>
      withApp(options, "none", async ({ terminal, hooks: { signal, onProgress } }) => {
        const document = await verifyFlow(folder, { executor: onnxExecutor(), signal, onProgress });
        terminal.result(document, () => document.files.map(fileText).join("\n\n"));
        if (!document.passed) throw new ApexError("executor-failed", failure(document));
      }),
    );

function fileText({ file, model, seed, stages }: CheckedFile): string {
  const table = textTable(
    ["stage", "largest difference", "tolerance", ""],
    stages.map(({ stage, difference, tolerance, passed }) => [
      stage,
      difference === null ? "no number" : exponential(difference),
      exponential(tolerance),
      passed ? "ok" : "OUTSIDE",
    ]),
  );
  return `${file}: RAFT-${model}, seed ${seed}\n${table}`;
}

const exponential = (x: number): string => (x === 0 ? "0" : x.toExponential(1));

function failure({ files }: VerifyDocument): string {
  const outside = files.flatMap(({ file, stages }) =>
    stages.filter(({ passed }) => !passed).map(({ stage }) => `${stage} (${file})`),
  );
  const more = outside.length > 1 ? ` and ${outside.length - 1} more` : "";
  return `RAFT differs from the reference numbers by more than it may: ${outside[0]}${more}.`;
}
