/**
 * The worker's door: a process that the pool starts, which runs one job at a time; or, started with `devices` and a
 * question, one that answers it and ends.
 */
import { serveQuestion } from "./jobs/serve-question.ts";

const [, , subject, question] = process.argv;
if (subject === "devices" && question !== undefined) {
  await serveQuestion(question);
} else {
  // Loaded here, so that a question waits for none of it.
  const [{ serveWorker }, { STEPS }] = await Promise.all([
    import("./jobs/serve-worker.ts"),
    import("./steps/table.ts"),
  ]);
  serveWorker(STEPS);
}
