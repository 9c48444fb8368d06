/**
 * The host that dies: opens the workspace as the app does, stores the run, and trains in a worker of the pool. Started
 * as the leader of its own process group: `node host.ts WORKSPACE NETWORK`.
 */
import path from "node:path";
import { ApexError } from "../../src-main/contract/errors.ts";
import { runConfig } from "../../src-main/contract/run.ts";
import { jobKey } from "../../src-main/jobs/key.ts";
import { createPool } from "../../src-main/jobs/pool.ts";
import { STEPS } from "../../src-main/steps/table.ts";
import { trainConfig } from "../../src-main/steps/train.ts";
import { createRun, findRun, updateRun } from "../../src-main/store/tables/runs.ts";
import { openWorkspace } from "../../src-main/store/workspace.ts";
import { DEATH, type FromHost } from "./death.ts";
import { drawStudy } from "./study.ts";

const say = (line: FromHost) => process.stdout.write(`${JSON.stringify(line)}\n`);

const folder = path.resolve(process.argv[2] ?? "");
const network = trainConfig.shape.backbone.parse(process.argv[3]);
try {
  using workspace = openWorkspace(folder, { access: "write" });
  const spec = await drawStudy(folder, network);
  const key = jobKey(spec);
  if (findRun(workspace, key) === undefined)
    createRun(workspace, { id: key, config: runConfig.parse({}), jobs: [{ step: spec.step, key }] });
  updateRun(workspace, key, { state: "running" });
  await using pool = createPool({
    workspaceFolder: folder,
    steps: STEPS,
    workerFile: path.join(import.meta.dirname, "worker.ts"),
    execArgv: process.env[DEATH] === undefined ? [] : ["--import", path.join(import.meta.dirname, "die-at-file.ts")],
  });
  await pool.run([{ spec, what: "Training", slots: "all" }], { onProgress: () => say({ type: "progress" }) });
  updateRun(workspace, key, { state: "finished" });
  say({ type: "finished", folder: path.join(folder, "runs", key) });
} catch (error) {
  if (!(error instanceof ApexError)) throw error;
  say({ type: "failed", code: error.code, message: error.message });
}
