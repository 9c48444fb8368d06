/** Runs: what one would cost, starting, watching, reading and comparing. */
import { z } from "zod";
import {
  clipsCall,
  compareCall,
  liveCall,
  publishedRow,
  runComparison,
  runDetail as detailShape,
  runEstimate,
  runRef,
  runRow,
  scoredClip,
} from "../../contract/api/runs.ts";
import { task } from "../../contract/api/tasks.ts";
import { publishedFor } from "../../contract/published.ts";
import { runConfig } from "../../contract/run.ts";
import { procedure, router } from "../procedure.ts";
import { compareRuns } from "../runs/compare.ts";
import { estimate } from "../runs/estimate.ts";
import { clipsOf, runDetail, runRows } from "../runs/read.ts";
import { followRun } from "../tasks/follow.ts";
import { signalOf } from "../tasks/signal.ts";
import { startRun } from "../tasks/start.ts";

export const runsRouter = router({
  /** Newest first. */
  list: procedure.output(z.array(runRow)).query(({ ctx: { house } }) => runRows(house.context(), house.tasks)),
  /** By id or beginning of an id. */
  get: procedure
    .input(runRef)
    .output(detailShape)
    .query(({ ctx: { house }, input }) => runDetail(house.context(), house.tasks, input.run)),
  estimate: procedure
    .input(runConfig)
    .output(runEstimate)
    .query(({ ctx: { house }, input }) => estimate(house.context(), input)),
  /** Starts or goes on with the run of this configuration. */
  start: procedure
    .input(runConfig)
    .output(task)
    .mutation(({ ctx, input }) => startRun(ctx, input)),
  /** Epochs and scores of one run, first those that are there, then as they come. A window rather asks `tasks.follow`. */
  live: procedure
    .input(liveCall)
    .subscription(({ ctx: { house }, input, signal }) => followRun(house, input, signalOf(signal))),
  /** The paper's figures for this cell; null where it has none. */
  published: procedure
    .input(runConfig)
    .output(z.array(publishedRow).nullable())
    .query(({ input }) => publishedFor(input)),
  compare: procedure
    .input(compareCall)
    .output(runComparison)
    .query(({ ctx: { house }, input }) => compareRuns(house.context(), input.runs)),
  /** The clips of a confusion cell, the surest answers first. */
  clips: procedure
    .input(clipsCall)
    .output(z.array(scoredClip))
    .query(({ ctx: { house }, input }) => clipsOf(house.context(), input)),
});
