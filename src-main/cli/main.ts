/** The terminal's door: the table of commands, and what a fault looks like. */
import { Command, CommanderError } from "commander";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import packageFile from "../../package.json" with { type: "json" };
import { EXIT, optionOf } from "./command.ts";
import { benchCommand } from "./commands/bench.ts";
import { demoCommand } from "./commands/demo.ts";
import { devicesCommand } from "./commands/devices.ts";
import { flowCommand } from "./commands/flow/index.ts";
import { importCommand } from "./commands/import.ts";
import { jobCommand } from "./commands/job.ts";
import { resultsCommand } from "./commands/results.ts";
import { runCommand } from "./commands/run.ts";
import { serveCommand } from "./commands/serve.ts";
import { studyCommand } from "./commands/study.ts";

const program = new Command("apexlab")
  .description("Facial micro-expressions: import datasets, see their motion, and evaluate across datasets.")
  .version(packageFile.version)
  .configureHelp({ showGlobalOptions: true })
  // What stands after a command is its own, also where that command has sub-commands.
  .enablePositionalOptions();

const COMMANDS = [
  demoCommand,
  importCommand,
  studyCommand,
  runCommand,
  flowCommand,
  resultsCommand,
  serveCommand,
  jobCommand,
  devicesCommand,
  benchCommand,
];
for (const make of COMMANDS) program.addCommand(make());
for (const each of [program, ...program.commands]) each.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(fromSystemError(error, "running the command"));
}

/** Prints one clear line on stderr and says which exit code it means. */
function explain(thrown: unknown): number {
  // When closing fails too, what went wrong first is what the user must know.
  const error = thrown instanceof SuppressedError ? fromSystemError(thrown.suppressed, "running the command") : thrown;
  // Commander has printed its own sentence, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ApexError && error.code !== "internal") {
    process.stderr.write(`apexlab: ${error.message}${hintOf(error)}\n`);
    return error.code === "usage" ? EXIT.usage : EXIT.failed;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`apexlab: a fault of the program itself: ${message}\n`);
  if (process.env["APEXLAB_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  else process.stderr.write("Set APEXLAB_DEBUG=1 for the place in the code, and please report it.\n");
  return EXIT.failed;
}

/** The sentences are for every door; which option is meant, only the terminal says. */
function hintOf({ place: { setting } }: ApexError): string {
  if (setting === undefined) return "";
  const list = setting === "device" ? "; apexlab devices lists them" : "";
  return ` (${optionOf(setting)}${list})`;
}
