/** A tiny study whose training takes a second or two: 24 drawn apex pictures, three datasets, one training job. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { Random } from "../../src-main/engine/index.ts";
import { type JobInput, type JobSpec, describeJob } from "../../src-main/jobs/key.ts";
import { installedRuntime } from "../../src-main/steps/executor.ts";
import { type TrainConfig, train } from "../../src-main/steps/train.ts";
import { digestFile } from "../../src-main/store/tables/digests.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";

const SIZE = 16;
const SAMPLES = 24;
const EPOCHS = 14;

/** Writes the pictures into the workspace folder (the same ones every time) and describes the training. */
export async function drawStudy(workspaceFolder: string, backbone: TrainConfig["backbone"]): Promise<JobSpec> {
  const folder = path.join(workspaceFolder, "pictures");
  mkdirSync(folder, { recursive: true });
  const random = new Random(4);
  const samples: TrainConfig["samples"] = [];
  const inputs: Record<string, JobInput> = {};
  for (let index = 0; index < SAMPLES; index++) {
    const label = index % CLASSES.length;
    const file = path.join(folder, `${index}.png`);
    const rgb = Uint8Array.from(
      { length: 3 * SIZE * SIZE },
      (_, i) => (i % CLASSES.length === label ? 60 : 40) + random.integer(120),
    );
    await writePng(file, { width: SIZE, height: SIZE, rgb });
    const id = `d${index % 3}/${Math.floor(index / 3)}/c${index}`;
    samples.push({ id, dataset: `d${index % 3}`, subject: `${Math.floor(index / 3)}`, label });
    inputs[id] = { kind: "file", path: file, digest: await digestFile(file) };
  }
  const config: TrainConfig = {
    samples,
    test: null,
    input: "apex",
    flowImage: "uv-strain",
    size: SIZE,
    backbone,
    lambda: 0.5,
    brlFrom: 4,
    batches: "stratified",
    epochs: EPOCHS,
    batch: 8,
    accumulate: 1,
    lr: 1e-3,
    schedule: "constant",
    warmup: 0,
    clip: null,
    weightDecay: 5e-4,
    selection: "train-validation",
    seed: 5,
    device: "cpu",
    runtime: installedRuntime(),
    threads: 1,
  };
  return describeJob(train, { config, inputs });
}
