import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDatabaseImport, IconFolderOpen, IconMasksTheater } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { host } from "../../../lib/host/client.ts";
import { isAlive, useTasks, welcomeTask } from "../../../lib/host/stream.ts";
import { href } from "../../../lib/routes.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { OpenWorkspace } from "../../../parts/paths/open-workspace.tsx";
import { TaskProgress } from "../../../parts/task-progress.tsx";
import { ApexCurve } from "./apex-curve.tsx";
import classes from "./first-start.module.css";

/** An empty study: three ways to begin. */
export function FirstStart() {
  const filling = (useTasks() ?? []).find((task) => isAlive(task) && (task.kind === "demo" || task.kind === "import"));
  const demo = useMutation({
    mutationFn: () => host.study.demo.mutate({ size: "quick", run: false }),
    onSuccess: welcomeTask,
  });
  const [opening, { open, close }] = useDisclosure(false);
  return (
    <div className={classes.start}>
      <ApexCurve className={classes.curve} />
      <h2>A new study</h2>
      <p className={classes.lead}>
        Apexlab measures how well a recogniser of micro‑expressions does on a dataset that it has never seen. It works
        on this computer alone: nothing that you open leaves it.
      </p>
      {filling === undefined ? (
        <div className={classes.choices}>
          <Choice
            first
            icon={<IconMasksTheater size={24} stroke={1.5} aria-hidden />}
            title="Look around"
            action={
              <Button loading={demo.isPending} onClick={() => demo.mutate()}>
                Make the demo study
              </Button>
            }
          >
            Five small datasets of drawn faces with known expressions, shaped like the real releases. Takes a minute or
            two.
          </Choice>
          <Choice
            icon={<IconDatabaseImport size={24} stroke={1.5} aria-hidden />}
            title="Bring a dataset"
            action={
              <Button component="a" variant="default" href={href({ page: "study", rest: ["import"] })}>
                Import a dataset
              </Button>
            }
          >
            SMIC, CASME, CASME II, SAMM or MMEW as you received them, or a table of your own. You see a report before
            anything is stored.
          </Choice>
          <Choice
            icon={<IconFolderOpen size={24} stroke={1.5} aria-hidden />}
            title="Go on with a study"
            action={
              <Button variant="default" onClick={open}>
                Open a workspace
              </Button>
            }
          >
            A study is a folder. Open one that was copied from another computer or made by a colleague.
          </Choice>
        </div>
      ) : (
        <div className={classes.working}>
          <h3>{filling.title}</h3>
          <TaskProgress task={filling} />
        </div>
      )}
      {demo.error !== null && (
        <div className={classes.fault}>
          <FaultNotice error={demo.error} />
        </div>
      )}
      <OpenWorkspace opened={opening} onClose={close} />
    </div>
  );
}

interface ChoiceProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly action: ReactNode;
  readonly first?: boolean;
  readonly children: ReactNode;
}

function Choice({ icon, title, action, first = false, children }: ChoiceProps) {
  return (
    <section className={classes.choice} data-first={first ? "" : undefined}>
      {icon}
      <h3>{title}</h3>
      <p>{children}</p>
      {action}
    </section>
  );
}
