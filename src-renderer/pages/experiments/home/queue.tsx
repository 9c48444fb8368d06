import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { RunRow } from "../../../../src-main/contract/api/runs.ts";
import type { Task } from "../../../../src-main/contract/api/tasks.ts";
import { host } from "../../../lib/host/client.ts";
import { isAlive, useTasks } from "../../../lib/host/stream.ts";
import { href } from "../../../lib/routes.ts";
import { TaskProgress } from "../../../parts/task-progress.tsx";
import { runTarget } from "../links.ts";
import { runDetails, runTitle } from "../words.ts";
import classes from "./queue.module.css";

/** What is at work and what waits, in the order in which it will be done; nothing where the host rests. */
export function Queue({ runs }: { runs: readonly RunRow[] }) {
  const alive = (useTasks() ?? []).filter((task) => isAlive(task) && (task.kind === "run" || task.kind === "demo"));
  if (alive.length === 0) return null;
  return (
    <section className={classes.queue} aria-labelledby="queue">
      <h2 id="queue">At work</h2>
      <ol className={classes.list}>
        {alive.toReversed().map((task) => (
          <Entry key={task.id} task={task} row={rowOf(task, runs)} />
        ))}
      </ol>
    </section>
  );
}

const rowOf = (task: Task, runs: readonly RunRow[]) =>
  task.kind === "run" && task.run !== null ? runs.find(({ run }) => run === task.run) : undefined;

function Entry({ task, row }: { task: Task; row: RunRow | undefined }) {
  const cancel = useMutation({ mutationFn: () => host.tasks.cancel.mutate({ id: task.id }) });
  // One that waits has no run yet: it shows what was asked for.
  const config = row?.config ?? (task.kind === "run" ? task.config : null);
  const title = config === null ? task.title : runTitle(config);
  return (
    <li className={classes.entry} data-state={task.state}>
      <div className={classes.what}>
        {row === undefined ? (
          <strong>{title}</strong>
        ) : (
          <a className={classes.link} href={href(runTarget(row.run))}>
            {title}
          </a>
        )}
        {config !== null && <span className={classes.details}>{runDetails(config)}</span>}
      </div>
      <div className={classes.progress}>
        <TaskProgress task={task} />
      </div>
      {row !== undefined && (
        <Button component="a" variant="default" size="compact-sm" href={href(runTarget(row.run))}>
          Watch
        </Button>
      )}
      <Button
        variant="default"
        size="compact-sm"
        loading={cancel.isPending}
        aria-label={`Cancel ${title}`}
        onClick={() => cancel.mutate()}
      >
        Cancel
      </Button>
    </li>
  );
}
