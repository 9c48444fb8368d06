import type { RunDetail } from "../../../../src-main/contract/api/runs.ts";
import type { Task } from "../../../../src-main/contract/api/tasks.ts";
import type { RunState } from "../../../../src-main/contract/documents.ts";
import { plural } from "../../../lib/format.ts";
import { useTask } from "../../../lib/host/stream.ts";
import { Meter } from "../../../parts/meter.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { progressOf } from "../../../parts/task-progress.tsx";
import type { ShownFold } from "./folds.ts";
import classes from "./progress.module.css";

interface ProgressProps {
  readonly detail: RunDetail;
  readonly state: RunState;
  readonly folds: readonly ShownFold[];
}

/** How far the whole experiment is while it runs; why it does not where it should. */
export function Progress({ detail, state, folds }: ProgressProps) {
  const task = useTask(detail.task);
  if (task !== null) return <Running task={task} folds={folds} />;
  switch (state) {
    case "failed":
      return (
        <Notice kind="fault" title="This experiment failed">
          {detail.document.failure} What was finished is kept: Resume goes on from there.
        </Notice>
      );
    case "interrupted":
      return (
        <Notice kind="warning" title="This experiment was interrupted">
          Apexlab ended while it ran. What was finished is kept: Resume goes on from there, to the same figures.
        </Notice>
      );
    case "cancelled":
      return (
        <Notice kind="info" title="This experiment was cancelled">
          What was finished is kept: Resume goes on from there, to the same figures.
        </Notice>
      );
    case "queued":
    case "running":
    case "finished":
      return null;
    default: {
      const unknown: never = state;
      return unknown;
    }
  }
}

function Running({ task, folds }: { task: Task; folds: readonly ShownFold[] }) {
  const { what, fraction, left } = progressOf(task);
  const scored = folds.filter(({ score }) => score !== null).length;
  const training = folds.some(({ state }) => state === "running");
  const whole = folds.length === 0 ? null : (scored + (training ? (fraction ?? 0) : 0)) / folds.length;
  return (
    <div className={classes.progress}>
      <Meter fraction={whole} label="The whole experiment" />
      <div className={classes.words}>
        <strong>
          {scored} of {plural(folds.length, "test")} done
        </strong>
        <span>{[what, left].filter((words) => words !== "").join(" · ")}</span>
      </div>
    </div>
  );
}
