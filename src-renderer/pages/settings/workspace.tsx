import { Button, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFolder } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { host } from "../../lib/host/client.ts";
import { Asked } from "../../parts/asked.tsx";
import { Notice } from "../../parts/notice.tsx";
import { OpenWorkspace } from "../../parts/paths/open-workspace.tsx";
import { Section } from "./section.tsx";
import classes from "./settings.module.css";

/** Which study is open, and opening another one. */
export function Workspace() {
  const [opening, { open, close }] = useDisclosure(false);
  const query = useQuery({
    queryKey: ["workspace", "current"],
    queryFn: ({ signal }) => host.workspace.current.query(undefined, { signal }),
  });
  return (
    <Section
      title="Workspace"
      words="One folder holds the whole study: codings, derived pictures, experiments. Copy the folder, and the study moves."
    >
      <Asked query={query} waiting={<Skeleton height={56} radius={12} />}>
        {({ folder, notices }) => (
          <>
            <div className={classes.folder}>
              <IconFolder size={20} stroke={1.6} aria-hidden />
              <strong>{folder}</strong>
              {window.apexlab !== undefined && (
                <Button variant="default" onClick={() => void window.apexlab?.reveal(folder)}>
                  Show in the file manager
                </Button>
              )}
              <Button variant="default" onClick={open}>
                Open another
              </Button>
            </div>
            {notices.map((sentence) => (
              <Notice key={sentence} kind="warning">
                {sentence}
              </Notice>
            ))}
          </>
        )}
      </Asked>
      <OpenWorkspace opened={opening} onClose={close} />
    </Section>
  );
}
