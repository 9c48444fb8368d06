import { Button } from "@mantine/core";
import { isAlive, useTasks } from "../../lib/host/stream.ts";
import { plural } from "../../lib/format.ts";
import { Meter } from "../../parts/meter.tsx";
import { progressOf } from "../../parts/task-progress.tsx";
import { CancelButton } from "./cancel-button.tsx";
import classes from "./strip.module.css";

/** Along the window's foot while the host works, whichever page is open; gone when it rests. */
export function TaskStrip({ onShowAll }: { onShowAll: () => void }) {
  const alive = (useTasks() ?? []).filter(isAlive);
  const now = alive.findLast(({ state }) => state === "running") ?? alive.at(-1);
  if (now === undefined) return null;
  const { what, fraction, done, left } = progressOf(now);
  return (
    <section className={classes.strip} aria-label="Work in progress">
      <span className={classes.title}>{now.title}</span>
      <span className={classes.what}>{[what, done].filter((words) => words !== "").join(" · ")}</span>
      <span className={classes.meter}>
        <Meter fraction={fraction} label={now.title} />
      </span>
      {left !== "" && <span className={classes.left}>{left}</span>}
      {alive.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onShowAll}>
          {plural(alive.length - 1, "more task")}
        </Button>
      )}
      <CancelButton task={now} />
    </section>
  );
}
