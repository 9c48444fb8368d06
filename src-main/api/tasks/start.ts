/** The kinds of long work, each with its title and with what becomes stale when it ends. */
import type { DemoCall, ImportCall } from "../../contract/calls.ts";
import type { Task } from "../../contract/api/tasks.ts";
import { datasetName } from "../../contract/datasets.ts";
import type { RunConfig } from "../../contract/run.ts";
import { demo } from "../demo.ts";
import type { Call } from "../house.ts";
import { importRelease } from "../import.ts";
import { run } from "../run/run.ts";
import { INPUT_WORDS } from "../run/samples.ts";

export function startImport({ house, from }: Call, call: Omit<ImportCall, "dryRun">): Task {
  const context = house.context();
  return house.tasks.begin({
    kind: "import",
    title: `Import of ${what(call)}`,
    from,
    lane: "import",
    work: (hooks) => importRelease(context, { ...call, dryRun: false }, hooks),
    stale: ["study", "samples"],
  });
}

/** Writes nothing, so it waits for nobody. */
export function startPreview({ house, from }: Call, call: Omit<ImportCall, "dryRun">): Task {
  const context = house.context();
  return house.tasks.begin({
    kind: "preview",
    title: `Preview of ${what(call)}`,
    from,
    lane: null,
    work: (hooks) => importRelease(context, { ...call, dryRun: true }, hooks),
    stale: [],
  });
}

export function startDemo({ house, from }: Call, call: DemoCall): Task {
  const context = house.context();
  return house.tasks.begin({
    kind: "demo",
    title: call.run ? "Demo study, with the quick evaluation" : "Demo study",
    from,
    lane: "compute",
    work: (hooks) => demo(context, call, hooks),
    stale: ["study", "samples", "runs"],
  });
}

export function startRun({ house, from }: Call, config: RunConfig): Task {
  const context = house.context();
  return house.tasks.begin({
    kind: "run",
    title: `Run on ${INPUT_WORDS[config.input]}`,
    from,
    lane: "compute",
    work: (hooks, { setRun }) =>
      run(context, config, {
        ...hooks,
        onRun: (id) => {
          setRun(id);
          house.bus.publish({ kind: "changed", what: "runs" });
        },
      }),
    stale: ["runs", "study"], // the study: crops and flow are there now
  });
}

const what = ({ as }: Pick<ImportCall, "as">) => (as === "manifest" ? "a manifest" : datasetName(as));
