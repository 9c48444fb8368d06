import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCopy, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { PublishedRow, RunDetail } from "../../../../src-main/contract/api/runs.ts";
import type { RunState } from "../../../../src-main/contract/documents.ts";
import { runConfig } from "../../../../src-main/contract/run.ts";
import { host } from "../../../lib/host/client.ts";
import { faultOf } from "../../../lib/host/faults.ts";
import { queryClient } from "../../../lib/host/queries.ts";
import { useTasks } from "../../../lib/host/stream.ts";
import { href } from "../../../lib/routes.ts";
import { runCsv } from "../export/csv.ts";
import { runLatex } from "../export/latex.ts";
import { draftToSearch } from "../launch/draft.ts";
import { runDetails, runTitle } from "../words.ts";

interface RunActionsProps {
  readonly detail: RunDetail;
  readonly state: RunState;
  readonly published: readonly PublishedRow[];
}

/** What can be done with an experiment: cancel or resume it, copy its table, change something and run again. */
export function RunActions({ detail, state, published }: RunActionsProps) {
  const { document, task } = detail;
  const again = href({
    page: "experiments",
    search: draftToSearch(document.config, runConfig.parse({ threads: document.config.threads })),
  });
  return (
    <>
      {task !== null && <Cancel task={task} />}
      {task === null && state !== "finished" && <Resume detail={detail} />}
      {document.folds.length > 0 && <Copy {...{ detail, published }} />}
      <Button component="a" variant="default" href={again}>
        Change and run again
      </Button>
    </>
  );
}

function Cancel({ task }: { task: string }) {
  const cancel = useMutation({ mutationFn: () => host.tasks.cancel.mutate({ id: task }), onError: tell });
  return (
    <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel
    </Button>
  );
}

function Resume({ detail: { document } }: { detail: RunDetail }) {
  const waiting = useTasks()?.some(({ kind, state }) => kind === "run" && state === "queued") ?? false;
  const resume = useMutation({
    mutationFn: () => host.runs.start.mutate(document.config),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["runs"] }),
    onError: tell,
  });
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} stroke={1.8} aria-hidden />}
      loading={resume.isPending}
      disabled={resume.isSuccess}
      onClick={() => resume.mutate()}
    >
      {resume.isSuccess && waiting ? "Waits its turn" : "Resume"}
    </Button>
  );
}

function Copy({ detail: { document, selection }, published }: Omit<RunActionsProps, "state">) {
  const title = `${runTitle(document.config)}, ${runDetails(document.config).replaceAll(" · ", ", ")}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconCopy size={16} stroke={1.8} aria-hidden />}>
          Copy
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => copy("CSV", runCsv(document, published))}>As CSV, for a spreadsheet</Menu.Item>
        <Menu.Item onClick={() => copy("LaTeX", runLatex(document, published, { title, selection: selection.words }))}>
          As LaTeX, for a paper
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function copy(what: string, text: string): void {
  navigator.clipboard
    .writeText(text)
    .then(() => notifications.show({ message: `${what} copied.`, color: "accent", withBorder: true }), tell);
}

function tell(error: unknown): void {
  notifications.show({ message: faultOf(error).message, color: "rose", autoClose: false, withBorder: true });
}
