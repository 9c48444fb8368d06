import { Button } from "@mantine/core";
import { IconFileSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { Task } from "../../../../src-main/contract/api/tasks.ts";
import type { ImportDocument } from "../../../../src-main/contract/documents.ts";
import { plural } from "../../../lib/format.ts";
import { host } from "../../../lib/host/client.ts";
import { isAlive, useTask, useTasks, welcomeTask } from "../../../lib/host/stream.ts";
import { href, navigate } from "../../../lib/routes.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { Page } from "../../../parts/page.tsx";
import { TaskProgress } from "../../../parts/task-progress.tsx";
import { callOf, type Draft, useDraft } from "./draft.ts";
import { ImportForm } from "./form.tsx";
import classes from "./page.module.css";
import { ImportReport } from "./report.tsx";

/** Import in two steps: the report of a look, then the storing of exactly what was looked at. */
export function ImportPage() {
  const { draft, task: id, stale, show } = useDraft();
  const task = useTask(id);
  const look = useMutation({
    mutationFn: () => host.study.previewImport.mutate(callOf(draft)),
    onSuccess: (begun) => {
      welcomeTask(begun);
      show({ draft, task: begun.id, stale: false });
    },
  });
  const store = useMutation({
    mutationFn: () => host.study.import.mutate(callOf(draft)),
    onSuccess: (begun) => {
      welcomeTask(begun);
      show({ draft, task: begun.id, stale: false });
    },
  });
  const change = (next: Draft) => {
    look.reset();
    show({ draft: next, task: id, stale: id !== null });
  };
  return (
    <Page
      title="Import a dataset"
      actions={
        <Button variant="default" component="a" href={href({ page: "study" })}>
          Back to the study
        </Button>
      }
    >
      <div className={classes.panes}>
        <div className={classes.form}>
          <ImportForm
            draft={draft}
            busy={look.isPending || (task !== null && isAlive(task))}
            onChange={change}
            onLook={() => look.mutate()}
          />
        </div>
        <section className={classes.report} aria-label="Report">
          {look.error !== null && <FaultNotice error={look.error} />}
          {store.error !== null && <FaultNotice error={store.error} />}
          <TaskView
            task={task}
            asked={id}
            stale={stale || draft.path.trim() === ""}
            storing={store.isPending}
            onStore={() => store.mutate()}
          />
        </section>
      </div>
    </Page>
  );
}

interface TaskViewProps {
  readonly task: Task | null;
  /** The task that the address names. */
  readonly asked: string | null;
  /** The form no longer says what was looked at. */
  readonly stale: boolean;
  readonly storing: boolean;
  readonly onStore: () => void;
}

function TaskView({ task, asked, stale, storing, onStore }: TaskViewProps) {
  const known = useTasks() !== null;
  if (task === null || (task.kind !== "preview" && task.kind !== "import"))
    return <Quiet gone={asked !== null && known} />;
  if (isAlive(task))
    return (
      <div className={classes.working}>
        <h2>{task.kind === "preview" ? "Looking through it" : "Storing it"}</h2>
        <TaskProgress task={task} />
      </div>
    );
  if (task.error !== null)
    return (
      <Notice kind={task.state === "cancelled" ? "info" : "fault"} title={failure(task)}>
        {task.error.message}
      </Notice>
    );
  if (task.result === null) return <Quiet gone />;
  const stored = task.kind === "import";
  return (
    <>
      {stored && (
        <Notice
          kind="info"
          title={`${plural(kept(task.result), "sample")} stored`}
          action={<Button onClick={() => navigate({ page: "study" })}>Open the study</Button>}
        >
          Samples to review wait in Browse. Nothing in the folder that they came from was changed.
        </Notice>
      )}
      <div className={stale ? classes.stale : undefined}>
        <ImportReport documents={task.result} />
      </div>
      {!stored && (
        <div className={classes.store}>
          <span>
            {stale
              ? "The form does not say what this report is of: look through it again first."
              : "Nothing is stored yet. What a person coded before stays as it is."}
          </span>
          <Button disabled={stale || kept(task.result) === 0} loading={storing} onClick={onStore}>
            Store {plural(kept(task.result), "sample")}
          </Button>
        </div>
      )}
    </>
  );
}

const failure = ({ kind, state }: Task) =>
  state === "cancelled" ? "Cancelled" : kind === "preview" ? "It could not be read" : "Nothing was stored";

/** Samples that are stored: those that the labels leave out as well. */
const kept = (documents: readonly ImportDocument[]) =>
  documents.reduce((sum, { samples, outsidePreset }) => sum + samples + outsidePreset, 0);

function Quiet({ gone }: { gone: boolean }) {
  return (
    <div className={classes.quiet}>
      <IconFileSearch size={32} stroke={1.4} aria-hidden />
      <p>
        {gone
          ? "The host no longer has this report. Look through the dataset again to see it."
          : "The report comes here: rows and frames found, counts against those that are published, and every row that is skipped or doubtful, with its reason."}
      </p>
    </div>
  );
}
