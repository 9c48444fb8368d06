/**
 * A worker whose "webgpu" is the CPU's executor that fails once in mid-training: it throws with one thread, and takes
 * the process along with more. In trials its CPU does every step many times over, so that it is the slower one.
 */
import { ApexError } from "../../src-main/contract/errors.ts";
import { serveQuestion } from "../../src-main/jobs/serve-question.ts";
import { serveWorker } from "../../src-main/jobs/serve-worker.ts";
import { executorFor, type ExecutorOf, installedRuntime } from "../../src-main/steps/executor.ts";
import { crop } from "../../src-main/steps/crop.ts";
import { stepTable } from "../../src-main/steps/registry.ts";
import { scoreBy } from "../../src-main/steps/score.ts";
import { trainBy } from "../../src-main/steps/train.ts";
import { LAST_STEP } from "./failing.ts";

const cpu = (threads: number) => executorFor({ device: "cpu", runtime: installedRuntime(), threads });

/** Every run beside the real one, `times` in all. */
const repeated =
  (times: number): ExecutorOf =>
  ({ device, threads }) => {
    const { name, compile } = cpu(threads);
    return {
      name,
      compile: async (program) => {
        const session = await compile(program);
        return {
          run: async (feeds) => {
            for (let i = 1; i < (device === "cpu" ? times : 1); i++) await session.run(feeds);
            return session.run(feeds);
          },
          [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
        };
      },
    };
  };

let steps = 0;

const failing: ExecutorOf = (computing) => {
  if (computing.device === "cpu") return executorFor(computing);
  const { compile } = cpu(computing.threads);
  return {
    name: "onnx-webgpu",
    compile: async (program) => {
      const session = await compile(program);
      return {
        run: async (feeds) => {
          steps++;
          if (steps > LAST_STEP && computing.threads > 1) process.kill(process.pid, "SIGKILL");
          if (steps > LAST_STEP) throw new ApexError("executor-failed", "The device was lost.");
          return session.run(feeds);
        },
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
  };
};

const [, , subject, question] = process.argv;
if (subject === "devices" && question !== undefined) await serveQuestion(question, repeated(30));
else serveWorker(stepTable(crop, trainBy(failing), scoreBy(failing)));
