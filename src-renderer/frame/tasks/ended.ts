import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { onTaskEnd } from "../../lib/host/stream.ts";
import { outcomeOf } from "./outcome.ts";

/** Says in a corner that a task has ended; a failure stays until it is read. Previews show their end by themselves. */
export function useEndNotes(): void {
  useEffect(
    () =>
      onTaskEnd((task) => {
        if (task.kind === "preview" || task.state === "cancelled") return;
        const failed = task.state === "failed";
        notifications.show({
          id: task.id,
          title: failed ? `${task.title} failed` : `${task.title} is done`,
          message: outcomeOf(task).sentence,
          color: failed ? "rose" : "accent",
          autoClose: failed ? false : 6000,
          withBorder: true,
          closeButtonProps: { "aria-label": "Close" },
        });
      }),
    [],
  );
}
