/** A worker on which WebGPU takes the process along and CUDA computes wrong numbers. */
import { serveQuestion } from "../../src-main/jobs/serve-question.ts";
import { type Executor, onnxExecutor, value } from "../../src-main/engine/index.ts";
import { executorFor } from "../../src-main/steps/executor.ts";

const dying: Executor = {
  name: "onnx-webgpu",
  compile: () => {
    process.stderr.write("vkCreateDevice: the driver is not what it was\n");
    process.kill(process.pid, "SIGKILL");
    return Promise.reject(new Error("killed"));
  },
};

const wrong: Executor = {
  name: "onnx-cuda",
  compile: async (program) => {
    const session = await onnxExecutor({ threads: 1 }).compile(program);
    return {
      run: async (feeds) => {
        const results = await session.run(feeds);
        const { data, shape } = results["adam.mean.conv1.weight"];
        const doubled = value(
          Float32Array.from(data, (x) => 2 * x),
          shape,
        );
        return { ...results, "adam.mean.conv1.weight": doubled };
      },
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    };
  },
};

const [, , , question = ""] = process.argv;
await serveQuestion(question, (computing) => {
  if (computing.device === "webgpu") return dying;
  return computing.device === "cuda" ? wrong : executorFor(computing);
});
