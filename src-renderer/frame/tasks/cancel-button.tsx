import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { Task } from "../../../src-main/contract/api/tasks.ts";
import { host } from "../../lib/host/client.ts";

export function CancelButton({ task }: { task: Task }) {
  const cancel = useMutation({ mutationFn: () => host.tasks.cancel.mutate({ id: task.id }) });
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={cancel.isPending}
      aria-label={`Cancel ${task.title}`}
      onClick={() => cancel.mutate()}
    >
      Cancel
    </Button>
  );
}
