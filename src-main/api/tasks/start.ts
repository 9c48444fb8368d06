/** The kinds of long work, each with its title and with what becomes stale when it ends. */
import type { DemoCall, ImportCall } from "../../contract/calls.ts";
import type { Task } from "../../contract/api/tasks.ts";
import { datasetId, datasetName } from "../../contract/datasets.ts";
import type { FlowCall, SpotCall } from "../../contract/flow.ts";
import { BACKBONE_NAMES, type RunConfig } from "../../contract/run.ts";
import { demo } from "../demo.ts";
import { computeFlow } from "../flow/compute.ts";
import { spotApexes } from "../flow/spot.ts";
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

export function startFlow({ house, from }: Call, call: FlowCall): Task {
  const context = house.context();
  return house.tasks.begin({
    kind: "flow",
    title: `Optical flow${call.clips?.length === 1 ? ` of ${call.clips[0].clip}` : ofDatasets(call.datasets)}`,
    from,
    lane: "compute",
    work: (hooks) => computeFlow(context, call, hooks),
    stale: ["study", "samples"],
  });
}

export function startSpotting({ house, from }: Call, call: SpotCall): Task {
  const context = house.context();
  const title =
    call.clips?.length === 1 ? `Motion of ${call.clips[0].clip}` : `Apex spotting${ofDatasets(call.datasets)}`;
  return house.tasks.begin({
    kind: "spot",
    title,
    from,
    lane: "compute",
    work: (hooks) => spotApexes(context, call, hooks),
    stale: ["study", "samples"],
  });
}

export function startRun({ house, from }: Call, config: RunConfig): Task {
  const context = house.context();
  return house.tasks.begin({
    kind: "run",
    title: `${BACKBONE_NAMES[config.backbone]} on ${INPUT_WORDS[config.input]}`,
    config,
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

const ofDatasets = (asked: readonly string[] | null) =>
  asked === null ? "" : ` of ${asked.map((name) => datasetName(datasetId(name))).join(", ")}`;
