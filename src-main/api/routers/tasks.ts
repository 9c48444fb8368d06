/** Tasks: the long work that every door sees, and the one stream of events that a window needs. */
import { z } from "zod";
import { tracked } from "@trpc/server";
import { followCall, type HostEvent, task, taskRef } from "../../contract/api/tasks.ts";
import { later } from "../later.ts";
import { procedure, router } from "../procedure.ts";

export const tasksRouter = router({
  /** Newest first; ended ones stay listed for a while. */
  list: procedure.output(z.array(task)).query(({ ctx }) => ctx.house.tasks.list()),
  cancel: procedure
    .input(taskRef)
    .output(task)
    .mutation(({ ctx, input }) => ctx.house.tasks.cancel(input.id)),
  follow: procedure.input(followCall).subscription(async function* () {
    yield tracked<HostEvent>("", later());
  }),
});
