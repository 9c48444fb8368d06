/** Flow and apex spotting: started as tasks, and what they found of a sample. */
import { sampleKeyCall } from "../../contract/api/samples.ts";
import { task } from "../../contract/api/tasks.ts";
import { apexRuleCall, flowCall, sampleMotion, spotCall } from "../../contract/flow.ts";
import { changeApexRule, motionOf } from "../flow/motion.ts";
import { procedure, router } from "../procedure.ts";
import { startFlow, startSpotting } from "../tasks/start.ts";

export const flowRouter = router({
  /** Starts the flow of every sample, and answers at once with its task. */
  compute: procedure
    .input(flowCall)
    .output(task)
    .mutation(({ ctx, input }) => startFlow(ctx, input)),
  /** Starts the search for apexes by the clips' own motion. */
  spot: procedure
    .input(spotCall)
    .output(task)
    .mutation(({ ctx, input }) => startSpotting(ctx, input)),
  motion: procedure
    .input(sampleKeyCall)
    .output(sampleMotion)
    .query(({ ctx: { house }, input }) => motionOf(house.context(), input)),
  setApexRule: procedure.input(apexRuleCall).mutation(({ ctx: { house }, input }) => {
    changeApexRule(house.context(), input);
    house.bus.publish({ kind: "changed", what: "samples" });
    house.bus.publish({ kind: "changed", what: "study" });
  }),
});
