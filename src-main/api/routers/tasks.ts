/** Tasks: the long work that every door sees, and the one stream of events that a window needs. */
import { z } from "zod";
import { followCall, task, taskRef } from "../../contract/api/tasks.ts";
import { procedure, router } from "../procedure.ts";
import { followHost } from "../tasks/follow.ts";
import { signalOf } from "../tasks/signal.ts";

export const tasksRouter = router({
  /** Newest first; ended ones stay listed for a while. */
  list: procedure.output(z.array(task)).query(({ ctx }) => ctx.house.tasks.list()),
  cancel: procedure
    .input(taskRef)
    .output(task)
    .mutation(({ ctx, input }) => ctx.house.tasks.cancel(input.id)),
  follow: procedure
    .input(followCall)
    .subscription(({ ctx: { house }, input, signal }) => followHost(house, input, signalOf(signal))),
});
