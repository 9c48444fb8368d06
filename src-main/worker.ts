/** The worker's door: a process that the pool starts, which runs one job at a time. */
import { serveWorker } from "./jobs/serve-worker.ts";
import { STEPS } from "./steps/table.ts";

serveWorker(STEPS);
