import { Anchor, Drawer } from "@mantine/core";
import { IconBan, IconCheck, IconExclamationCircle } from "@tabler/icons-react";
import type { Task } from "../../../src-main/contract/api/tasks.ts";
import { moment } from "../../lib/format.ts";
import { isAlive, useTasks } from "../../lib/host/stream.ts";
import { TaskProgress } from "../../parts/task-progress.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { outcomeOf } from "./outcome.ts";
import classes from "./panel.module.css";

/** Every task of the host, newest first: those at work, and how the last ones ended. */
export function TaskPanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const tasks = useTasks() ?? [];
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title="Tasks"
      position="right"
      size={440}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {tasks.length === 0 ? (
        <p className={classes.empty}>
          Nothing is being worked on. Imports and experiments are listed here while they run and when they have ended.
        </p>
      ) : (
        <ul className={classes.list}>
          {tasks.map((task) => (
            <li key={task.id} className={classes.task}>
              <TaskEntry task={task} onFollow={onClose} />
            </li>
          ))}
        </ul>
      )}
    </Drawer>
  );
}

function TaskEntry({ task, onFollow }: { task: Task; onFollow: () => void }) {
  const { sentence, link } = outcomeOf(task);
  return (
    <>
      <div className={classes.head}>
        <h3>{task.title}</h3>
        {isAlive(task) ? <CancelButton task={task} /> : <State state={task.state} />}
      </div>
      {isAlive(task) && <TaskProgress task={task} />}
      {sentence !== "" && <p className={classes.sentence}>{sentence}</p>}
      {task.notes.map((note) => (
        <p key={note} className={classes.sentence}>
          {note}
        </p>
      ))}
      <div className={classes.foot}>
        <span>
          {moment(task.started)}
          {task.from === "terminal" && " · from a terminal"}
        </span>
        {link !== null && (
          <Anchor href={link.href} onClick={onFollow} inherit>
            {link.words}
          </Anchor>
        )}
      </div>
    </>
  );
}

function State({ state }: Pick<Task, "state">) {
  const Sign = state === "finished" ? IconCheck : state === "failed" ? IconExclamationCircle : IconBan;
  return (
    <span className={classes.state} data-state={state}>
      <Sign size={16} stroke={1.8} aria-hidden />
      {state}
    </span>
  );
}
