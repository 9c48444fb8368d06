/** The second executor against the reference: every op, and the training step of every backbone. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type Program, referenceExecutor, type Value } from "../../src-main/engine/index.ts";
import { tfjsExecutor } from "../../src-main/engine/executors/tfjs/executor.ts";
import { loadTfjs, tfjsGpuInstalled } from "../../src-main/engine/executors/tfjs/load.ts";
import { CASES } from "../../src-main/engine/testing/cases.ts";
import { relativeTo, worstOf } from "./compare.ts";
import { opsInOne } from "./ops-in-one.ts";
import { trainingSteps } from "./training-steps.ts";

const tfjs = tfjsExecutor({ backend: "cpu" });

interface Case {
  readonly program: Program;
  readonly feeds: Readonly<Record<string, Value>>;
}

async function both({ program, feeds }: Case) {
  const results: Record<string, Value>[] = [];
  for (const executor of [tfjs, referenceExecutor()]) {
    await using session = await executor.compile(program);
    results.push(await session.run(feeds));
  }
  return { have: results[0], want: results[1] };
}

test.each(Object.keys(CASES))("%s and its gradient", async (op) => {
  const { worst, where } = worstOf(await both(opsInOne([op])), relativeTo(1));
  expect([where, worst < 3e-6]).toEqual([where, true]);
});

test.each(trainingSteps().map((step) => [step.name, step] as const))("the training step of %s", async (_name, step) => {
  const { have, want } = await both(step);
  const only = (all: Record<string, Value>) => Object.fromEntries(step.gradients.map((key) => [key, all[key]]));
  const largest = Math.max(...step.gradients.map((key) => Math.max(...Array.from(want[key].data, Math.abs))));
  const { worst, where } = worstOf({ have: only(have), want: only(want) }, relativeTo(largest / 1000));
  expect([where, worst < 1e-4]).toEqual([where, true]);
});

test("a run leaves no tensor behind, nor does one that fails", async () => {
  const tf = await loadTfjs("cpu");
  const before = tf.memory().numTensors;
  const { program, feeds } = opsInOne(["conv2d", "maxPool2dScatter", "gather", "detach"]);
  await using session = await tfjs.compile(program);
  await session.run(feeds);
  expect(tf.memory().numTensors).toBe(before);
  const wrong = Object.entries(feeds).map(([name, fed]): [string, Value] => [
    name,
    fed.dtype === "int32" ? { ...fed, data: Int32Array.from(fed.data, () => 99) } : fed,
  ]);
  await expect(session.run(Object.fromEntries(wrong))).rejects.toMatchObject({ code: "executor-failed" });
  expect(tf.memory().numTensors).toBe(before);
});

test("tfjs-node-gpu is a lab's own choice: without it its backend is refused in a sentence", async () => {
  const require = createRequire(import.meta.url);
  const { peerDependenciesMeta: optional } = require("../../package.json");
  expect(optional["@tensorflow/tfjs-node-gpu"]).toEqual({ optional: true });
  expect(tfjsGpuInstalled()).toBe(false);
  await expect(tfjsExecutor({ backend: "tensorflow" }).compile(opsInOne(["add"]).program)).rejects.toMatchObject({
    code: "executor-failed",
    message: expect.stringMatching(/TensorFlow\.js could not be loaded: .*tfjs-node-gpu/),
  });
});

test("tfjs-node-gpu is used where a lab has it, with the function that newer Nodes lack", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "apexlab-tfjs-"));
  const own = path.join(folder, "@tensorflow", "tfjs-node-gpu");
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, "package.json"), JSON.stringify({ version: "4.22.0", main: "index.js" }));
  // Like the real one: it asks util for that function, and brings TensorFlow.js with a backend of its own.
  const [core, cpu] = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"].map((name) =>
    JSON.stringify(createRequire(import.meta.url).resolve(name)),
  );
  const code = `
    if (!require("util").isNullOrUndefined(null)) throw new Error("null is not null");
    const tf = require(${core});
    require(${cpu});
    tf.copyRegisteredKernels("cpu", "tensorflow");
    tf.registerBackend("tensorflow", () => tf.engine().registryFactory.cpu.factory());
    module.exports = tf;`;
  await writeFile(path.join(own, "index.js"), code);
  const env = { ...process.env, NODE_PATH: folder };
  const child = path.join(import.meta.dirname, "on-tfjs-node-gpu.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [child], { env });
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual({
    name: "tfjs-tensorflow",
    runtime: "@tensorflow/tfjs-node-gpu 4.22.0",
    y: [2, 3],
  });
});
