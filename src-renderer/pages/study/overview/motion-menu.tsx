import { Button, Menu } from "@mantine/core";
import { IconActivity, IconChevronDown } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { host } from "../../../lib/host/client.ts";
import { isAlive, useTasks, welcomeTask } from "../../../lib/host/stream.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import classes from "./motion-menu.module.css";

/** The motion of the whole study: each starts a task that every window shows, and that goes on when this one closes. */
export function MotionMenu() {
  const flow = useMutation({ mutationFn: () => host.flow.compute.mutate({}), onSuccess: welcomeTask });
  const spot = useMutation({ mutationFn: () => host.flow.spot.mutate({ use: "spotted" }), onSuccess: welcomeTask });
  const working = (useTasks() ?? []).some((task) => (task.kind === "flow" || task.kind === "spot") && isAlive(task));
  const error = flow.error ?? spot.error;
  return (
    <>
      {error !== null && <FaultNotice error={error} />}
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button
            variant="default"
            disabled={working}
            leftSection={<IconActivity size={16} stroke={1.8} aria-hidden />}
            rightSection={<IconChevronDown size={14} stroke={1.8} aria-hidden />}
          >
            {working ? "Motion is being measured" : "Motion"}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Item
            title="Compute optical flow"
            words="From onset to apex, of every sample; what is there already is kept."
            onClick={() => flow.mutate()}
          />
          <Item
            title="Find apexes by motion"
            words="For clips without a coded apex: the frame that has moved most from its onset, instead of the middle one."
            onClick={() => spot.mutate()}
          />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Item({ title, words, onClick }: { title: string; words: string; onClick: () => void }) {
  return (
    <Menu.Item onClick={onClick}>
      <span className={classes.title}>{title}</span>
      <span className={classes.words}>{words}</span>
    </Menu.Item>
  );
}
