/** The worker's side of a question about devices. */
import { type Answer, answerDevices } from "../steps/devices/answer.ts";
import { executorFor, type ExecutorOf } from "../steps/executor.ts";

/** Answers on the process's channel and ends the process: some providers leave threads behind that would not. */
export async function serveQuestion(question: string, executorOf: ExecutorOf = executorFor): Promise<void> {
  process.on("disconnect", () => process.exit());
  const tell = (said: Answer) =>
    new Promise<void>((resolve) => {
      process.send?.(said, undefined, undefined, () => resolve());
    });
  await answerDevices(question, executorOf, tell);
  process.exit(0);
}
