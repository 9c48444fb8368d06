/** `apexlab bench`: how fast and how good the parts are beside others; a sub-command each. */
import { command } from "../command.ts";
import { benchEngineCommand, engineStepCommand } from "./bench-engine.ts";
import { benchFlowCommand } from "./bench-flow.ts";
import { benchTrainingCommand } from "./bench-training.ts";

const BENCHES = [benchEngineCommand, benchFlowCommand, benchTrainingCommand];

export function benchCommand() {
  const own = command(
    "bench",
    "measure the parts of this program beside others",
    "apexlab bench engine",
  ).enablePositionalOptions();
  for (const make of BENCHES) own.addCommand(make().exitOverride());
  own.addCommand(engineStepCommand().exitOverride(), { hidden: true });
  return own;
}
