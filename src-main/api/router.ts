/** Every call of the host, by capability. The page imports the type only. */
import { router } from "./procedure.ts";
import { aboutProcedure, devicesRouter, settingsRouter, workspaceRouter } from "./routers/app.ts";
import { flowRouter } from "./routers/flow.ts";
import { runsRouter } from "./routers/runs.ts";
import { samplesRouter } from "./routers/samples.ts";
import { studyRouter } from "./routers/study.ts";
import { tasksRouter } from "./routers/tasks.ts";

export const appRouter = router({
  study: studyRouter,
  samples: samplesRouter,
  runs: runsRouter,
  flow: flowRouter,
  tasks: tasksRouter,
  devices: devicesRouter,
  settings: settingsRouter,
  workspace: workspaceRouter,
  about: aboutProcedure,
});
export type AppRouter = typeof appRouter;
