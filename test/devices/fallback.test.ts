/** A device that gives up in mid-run, and how `auto` chooses, with real worker processes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, createApp } from "../../src-main/app.ts";
import { type RunConfig, runConfig } from "../../src-main/contract/run.ts";
import { readRunSpec, writeRunSpec } from "../../src-main/jobs/folder.ts";
import { describeJob, jobKey } from "../../src-main/jobs/key.ts";
import { train, trainConfig, trainResult } from "../../src-main/steps/train.ts";
import { writeSmallStudy } from "../cli/small-study.ts";
import { LAST_STEP } from "./failing.ts";

const FAILING = path.join(import.meta.dirname, "failing-worker.ts");
const REAL = path.resolve(import.meta.dirname, "../../src-main/worker.ts");

let root = "";
let manifest = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-devices-"));
  manifest = await writeSmallStudy(path.join(root, "data"), { datasets: ["one", "two", "three"] });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const STEPS_AN_EPOCH = 3;

const config = (more: Partial<RunConfig>) =>
  runConfig.parse({ input: "apex", size: 16, epochs: 16, batch: 4, lr: 1e-3, threads: 1, ...more });

async function study(worker: string): Promise<{ app: App; workspace: string }> {
  const workspace = await mkdtemp(path.join(root, "workspace-"));
  const app = await createApp({ workspace, worker, access: "write" });
  await app.import({ path: manifest, as: "manifest", dryRun: false, strict: true }, {});
  return { app, workspace };
}

/** Every training of a workspace, by its key. */
function trainings(workspace: string) {
  const runs = path.join(workspace, "runs");
  const read = (key: string, file: string): unknown => JSON.parse(readFileSync(path.join(runs, key, file), "utf8"));
  return readdirSync(runs).flatMap((key) => {
    const spec = Object(read(key, "config.json"));
    if (spec.step !== "train") return [];
    const finished = existsSync(path.join(runs, key, "result.json"));
    const { device, startedFrom, samples } = trainConfig.parse(spec.config);
    const weights = finished ? trainResult.parse(read(key, "result.json")).weights : null;
    return [{ key, device, startedFrom, weights, of: [...new Set(samples.map(({ dataset }) => dataset))].join() }];
  });
}

describe.each([
  ["throws", 1, /The device was lost/],
  ["takes its process along", 2, /SIGKILL/],
])("a device that %s in mid-training", (_how, threads, why) => {
  test("leaves the run to the CPU, from the last checkpoint, under keys of the CPU", async () => {
    const notes: string[] = [];
    const { app, workspace } = await study(FAILING);
    await using _app = app;
    const asked = config({ device: "webgpu", threads });
    const document = await app.run(asked, { note: (sentence) => notes.push(sentence) });
    expect(document).toMatchObject({ state: "finished", config: { device: "webgpu" } });
    expect(document.folds).toHaveLength(3);

    const { app: other, workspace: plain } = await study(REAL);
    await using _other = other;
    await other.run({ ...asked, device: "cpu" }, {});
    const pure = trainings(plain);

    const all = trainings(workspace);
    const first = all.filter(({ device }) => device === "webgpu");
    // The first key keeps its checkpoint, and nothing is stored under it; the others were never begun.
    expect(first.map(({ weights }) => weights)).toEqual([null, null, null]);
    const begun = first.filter(({ key }) => existsSync(path.join(workspace, "runs", key, "checkpoint.safetensors")));
    const onCpu = all.filter(({ device }) => device === "cpu");
    const goesOn = onCpu.flatMap(({ startedFrom }) => (startedFrom === undefined ? [] : [startedFrom]));
    expect(goesOn).toEqual(
      begun.map(({ key }) => ({
        key,
        step: expect.toSatisfy((step: number) => step > 0 && step <= LAST_STEP && step % STEPS_AN_EPOCH === 0),
        checkpoint: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    );
    // A process that is gone may have taken its first checkpoint along; a fault never does.
    if (threads === 1) expect(goesOn).toHaveLength(1);
    const from = goesOn.map(({ step }) => ` from step ${step}`).join("");
    expect(notes).toEqual([
      expect.stringMatching(new RegExp(`^WebGPU gave up during this run, which went on on the CPU${from}: [^.]*\\.$`)),
    ]);
    expect(notes[0]).toMatch(why);
    expect(document.remarks).toContain(notes[0]);
    // What the CPU did from the start is the plain run's own, key and all; what went on got another key.
    for (const { key, of, weights, startedFrom } of onCpu) {
      const same = pure.find((training) => training.of === of);
      expect(weights).toBe(same?.weights);
      expect(key === same?.key).toBe(startedFrom === undefined);
    }
    // Asked again it is read back.
    expect(await app.run(asked, {})).toEqual(document);
    // A further seed fails where the first did: what the CPU finished stays as it is.
    const finished = () =>
      onCpu.flatMap(({ key }) =>
        readdirSync(path.join(workspace, "runs", key))
          .sort()
          .map((name) => [key, name, readFileSync(path.join(workspace, "runs", key, name), "utf8")]),
      );
    const before = finished();
    await app.run({ ...asked, seeds: 2 }, {});
    expect(finished()).toEqual(before);
    expect(before.map(([, name]) => name)).not.toContain("checkpoint.safetensors");
    // Without what it goes on from, a job never starts anew under its key.
    for (const { key } of onCpu.filter(({ startedFrom }) => startedFrom !== undefined)) {
      const spec = readRunSpec(workspace, key);
      const { startedFrom, ...rest } = trainConfig.parse(spec.config);
      const lost = describeJob(train, {
        config: { ...rest, startedFrom: { ...startedFrom, step: 9 } },
        inputs: spec.inputs,
      });
      writeRunSpec(workspace, lost);
      await expect(app.job(jobKey(lost), {})).rejects.toMatchObject({
        code: "run-invalid",
        message: expect.stringMatching(/^The checkpoint of step 9 .* is gone or damaged: start the run again\.$/),
      });
    }
  });
});

describe("auto", () => {
  test("takes the device that is faster by trial, says so once, and keeps its choice with the study", async () => {
    const notes: string[] = [];
    const { app, workspace } = await study(FAILING);
    await using _app = app;
    // Two epochs end before the device fails in any of its processes.
    const asked = config({ epochs: 1, datasets: ["one", "two"] });
    const first = await app.run(asked, { note: (sentence) => notes.push(sentence) });
    expect(first.config.device).toBe("webgpu");
    expect(notes).toEqual([
      expect.stringMatching(
        /^One training step took \S+ s on the CPU, \S+ s on WebGPU: this run and equal ones train on WebGPU\.$/,
      ),
    ]);
    const again = await app.run(asked, { note: (sentence) => notes.push(sentence) });
    expect([again.run, notes.length]).toEqual([first.run, 1]);
    // The study's word counts: no second trial, another device, another run.
    const file = path.join(workspace, "devices.json");
    await writeFile(file, readFileSync(file, "utf8").replace(`"device": "webgpu"`, `"device": "cpu"`));
    const changed = await app.run(asked, { note: (sentence) => notes.push(sentence) });
    expect([changed.config.device, notes.length]).toEqual(["cpu", 1]);
    expect(changed.run).not.toBe(first.run);
  });

  test("a name that no device has, and a device that is not here, are refused in a sentence", async () => {
    const { app, workspace } = await study(REAL);
    await using _app = app;
    const device = process.platform === "win32" ? "coreml" : "directml";
    await expect(app.run(config({ device: "abacus" }), {})).rejects.toMatchObject({
      code: "run-invalid",
      place: { setting: "device" },
      message: expect.stringContaining("there is no such device, only auto, cpu, webgpu"),
    });
    await expect(app.run(config({ device }), {})).rejects.toMatchObject({
      code: "run-invalid",
      message: expect.stringMatching(new RegExp(`"${device}" is not usable on this machine: .* is a part of`)),
    });
    expect(readdirSync(path.join(workspace, "runs"))).toEqual([]);
  });
});
