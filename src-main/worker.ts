/**
 * The worker's door: a process that the pool starts, which runs one job at a time; started with `devices` and a
 * question, one that answers it and ends; with `decode`, a thread of such a process. Each loads only what it needs.
 */
const [, , subject, question] = process.argv;
if (subject === "devices" && question !== undefined) {
  const { serveQuestion } = await import("./jobs/serve-question.ts");
  await serveQuestion(question);
} else if (subject === "decode") {
  const { serveDecoding } = await import("./steps/decoding/serve.ts");
  serveDecoding();
} else {
  const [{ serveWorker }, { STEPS }] = await Promise.all([
    import("./jobs/serve-worker.ts"),
    import("./steps/table.ts"),
  ]);
  serveWorker(STEPS);
}
