/** The worker's side of a question about devices. */
import { type Answer, answerDevices } from "../steps/devices/answer.ts";
import { executorFor, type ExecutorOf } from "../steps/executor.ts";

/** Answers on the process's channel and ends the process: some providers leave threads behind that would not. */
export async function serveQuestion(question: string, executorOf: ExecutorOf = executorFor): Promise<void> {
  process.on("disconnect", () => process.exit());
  await answerDevices(question, executorOf, tell);
  process.exit(0);
}

function tell(said: Answer): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(said, undefined, undefined, () => resolve());
  });
}
