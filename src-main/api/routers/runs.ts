/** Runs: what one would cost, starting, watching, reading and comparing. */
import { z } from "zod";
import { tracked } from "@trpc/server";
import { task } from "../../contract/api/tasks.ts";
import {
  clipsCall,
  compareCall,
  type LiveEvent,
  liveCall,
  publishedRow,
  runComparison,
  runDetail,
  runEstimate,
  runRef,
  runRow,
  scoredClip,
} from "../../contract/api/runs.ts";
import { runConfig } from "../../contract/run.ts";
import { later } from "../later.ts";
import { procedure, router } from "../procedure.ts";

export const runsRouter = router({
  /** Newest first. */
  list: procedure.output(z.array(runRow)).query(() => later()),
  /** By id or beginning of an id. */
  get: procedure
    .input(runRef)
    .output(runDetail)
    .query(() => later()),
  estimate: procedure
    .input(runConfig)
    .output(runEstimate)
    .query(() => later()),
  /** Starts or goes on with the run of this configuration. */
  start: procedure
    .input(runConfig)
    .output(task)
    .mutation(() => later()),
  /** Epochs and scores of one run, first those that are there, then as they come. A window rather asks `tasks.follow`. */
  live: procedure.input(liveCall).subscription(async function* () {
    yield tracked<LiveEvent>("", later());
  }),
  /** The paper's figures for this cell; null where it has none. */
  published: procedure
    .input(runConfig)
    .output(z.array(publishedRow).nullable())
    .query(() => later()),
  compare: procedure
    .input(compareCall)
    .output(runComparison)
    .query(() => later()),
  /** The clips of a confusion cell. */
  clips: procedure
    .input(clipsCall)
    .output(z.array(scoredClip))
    .query(() => later()),
});
