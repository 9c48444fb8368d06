import type { Task } from "../../src-main/contract/api/tasks.ts";
import { count, duration } from "../lib/format.ts";
import { Meter } from "./meter.tsx";
import classes from "./task-progress.module.css";

/** What a task does now, how far it is (null: not known) and how long it takes still, in words. */
export function progressOf(task: Task): { what: string; fraction: number | null; done: string; left: string } {
  const line = task.progress.at(-1);
  if (task.state === "queued") return { what: "Waits for the task before it", fraction: null, done: "", left: "" };
  if (line === undefined) return { what: "Starting", fraction: null, done: "", left: "" };
  return {
    what: line.note === null ? line.what : `${line.what}: ${line.note}`,
    fraction: line.total > 0 ? line.done / line.total : null,
    // Counts of things are told; fractions of a step mean nothing to a person.
    done: line.total > 1 && Number.isInteger(line.done) ? `${count(line.done)} of ${count(line.total)}` : "",
    left: line.left === null || line.done >= line.total ? "" : `${duration(line.left)} left`,
  };
}

/** A task's bar with its words under it. */
export function TaskProgress({ task }: { task: Task }) {
  const { what, fraction, done, left } = progressOf(task);
  return (
    <div className={classes.task}>
      <Meter fraction={fraction} label={task.title} />
      <div className={classes.words}>
        <span>{[what, done].filter((words) => words !== "").join(" · ")}</span>
        <span>{left}</span>
      </div>
    </div>
  );
}
