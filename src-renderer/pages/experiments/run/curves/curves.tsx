import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { RunConfig } from "../../../../../src-main/contract/run.ts";
import { count, percent, plural } from "../../../../lib/format.ts";
import { Notice } from "../../../../parts/notice.tsx";
import { looksAtTest } from "../../words.ts";
import type { ShownFold } from "../folds.ts";
import classes from "./curves.module.css";
import { FoldPicker } from "./fold-picker.tsx";
import type { Live } from "./told.ts";
import { Plots } from "./plots.tsx";
import { curvesOf } from "./series.ts";

/** The last phase of every selection rule: the network that is tested. */
const FINAL = "final";

interface CurvesProps {
  readonly config: RunConfig;
  readonly folds: readonly ShownFold[];
  readonly live: Live;
  readonly running: boolean;
}

/** How training goes, a held-out dataset at a time; by itself the one that trains now. */
export function Curves({ config, folds, live, running }: CurvesProps) {
  const [picked, setPicked] = useState<number | null>(null);
  const [phaseName, setPhase] = useState<string | null>(null);
  const fold = folds.find(({ index }) => index === (picked ?? busiest(folds, live)));
  if (fold === undefined) return null;
  const phases = live.folds.get(fold.index)?.phases ?? [];
  const phase = phases.find(({ name }) => name === phaseName) ?? phases.at(-1);
  return (
    <section aria-labelledby="curves">
      <div className={classes.head}>
        <h2 id="curves">Training</h2>
        {phases.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Which training"
            value={phase?.name ?? ""}
            onChange={setPhase}
            data={phases.map(({ name }) => ({ value: name, label: name === FINAL ? "all training datasets" : name }))}
          />
        )}
      </div>
      <FoldPicker folds={folds} chosen={fold.index} onChoose={setPicked} />
      {looksAtTest(config) && (
        <div className={classes.warning}>
          <Notice kind="warning">
            The dotted and dashed curves under Accuracy are of the held-out dataset {fold.name} itself, looked at after
            every epoch to choose one. They are optimistic and not valid for reporting.
          </Notice>
        </div>
      )}
      {phase === undefined ? (
        <p className={classes.nothing}>
          {running
            ? `Training without ${fold.name} has not begun: its curves appear here with the first epoch.`
            : `No epoch of the training without ${fold.name} is stored.`}
        </p>
      ) : (
        <Plots config={config} curves={curvesOf(phase.records, config)} heldOut={fold.name} />
      )}
      <p className={classes.told}>{told(fold)}</p>
    </section>
  );
}

/** The fold that trains; else the last one that has curves; else the first. */
function busiest(folds: readonly ShownFold[], live: Live): number {
  const trained = folds.filter(({ index }) => (live.folds.get(index)?.phases.length ?? 0) > 0);
  const at = folds.find(({ state }) => state === "running") ?? trained.findLast(({ score }) => score === null);
  return (at ?? trained[0] ?? folds[0])?.index ?? 0;
}

function told({ name, trainSamples, testSamples, score }: ShownFold): string {
  const trains = `${plural(trainSamples, "training sample")}, none of ${name}.`;
  if (score === null)
    return `${trains} ${name} is tested when training ends: its ${count(testSamples)} samples are not looked at before.`;
  const figures = `UF1 ${percent(score.uf1)}, UAR ${percent(score.uar)}, Acc ${percent(score.accuracy)} %`;
  return `${trains} Tested on ${name} afterwards: ${figures}, n = ${count(score.n)}.`;
}
