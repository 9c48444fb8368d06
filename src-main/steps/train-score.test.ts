import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SELECTIONS } from "../contract/run.ts";
import { Random } from "../engine/index.ts";
import { decodeCheckpoint, decodeWeights } from "../learning/training/checkpoint.ts";
import { writeNpy } from "../vision/pictures/npy.ts";
import { writePng } from "../vision/pictures/write.ts";
import { installedRuntime } from "./executor.ts";
import { score, type ScoreConfig, scoreResult, TRAINING_INPUT } from "./score.ts";
import { METRICS_FILE, WEIGHTS_FILE } from "./run-files.ts";
import type { Step } from "./step.ts";
import { readTiming, TIMING_FILE } from "./timing.ts";
import { train, type TrainConfig, trainConfig, trainResult, WEIGHTS_INPUT } from "./train.ts";

const SIZE = 16;
let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-train-"));
});
afterAll(() => rm(root, { recursive: true }));

const computing = { device: "cpu" as const, runtime: installedRuntime(), threads: 1 };
const seen = { flowImage: "uv-strain" as const, size: SIZE, backbone: "cnn" as const };

interface Study {
  readonly samples: TrainConfig["samples"];
  readonly files: ReadonlyMap<string, string>;
}

let folders = 0;
const newFolder = async () => {
  const folder = path.join(root, `f${folders++}`);
  await mkdir(folder);
  return folder;
};

/** Writes one input a sample: crop folders, flow folders, or flow pictures, of made-up content. */
async function study(kind: "apex" | "flow" | "pictures", { n = 9, seed = 1 } = {}): Promise<Study> {
  const random = new Random(seed);
  const folder = await newFolder();
  const files = new Map<string, string>();
  const samples = Array.from({ length: n }, (_, i) => ({
    id: `d${i % 3}/p${i % 2}/clip${i}`,
    dataset: `d${i % 3}`,
    subject: `p${i}`,
    label: Math.floor(i / 3) % 3,
  }));
  for (const [i, { id, label }] of samples.entries()) {
    const own = path.join(folder, String(i));
    await mkdir(own);
    const rgb = Uint8Array.from({ length: 20 * 20 * 3 }, (_, k) => random.integer(120) + (k % 3 === label ? 100 : 0));
    if (kind === "flow") {
      const data = Float32Array.from({ length: 2 * 400 }, () => (random.uniform() - 0.5) / 4 + label / 20);
      await writeNpy(path.join(own, "flow.npy"), { shape: [2, 20, 20], data });
    } else {
      await writePng(path.join(own, "apex.png"), { width: 20, height: 20, rgb });
    }
    files.set(id, kind === "pictures" ? path.join(own, "apex.png") : own);
  }
  return { samples, files };
}

type Context = Parameters<Step<unknown>["run"]>[0];

async function runStep<C>(
  step: Step<C>,
  { config, files, folder }: { config: C; files: ReadonlyMap<string, string>; folder: string },
  options: Partial<Pick<Context, "signal" | "progress">> = {},
): Promise<void> {
  await step.run({
    config: step.config.parse(config),
    folder,
    inputs: [...files.keys()].sort(),
    input: (name) => {
      const file = files.get(name);
      if (file === undefined) throw new Error(`An input was asked for that the job does not have: ${name}`);
      return file;
    },
    signal: new AbortController().signal,
    progress: () => {},
    ...options,
  });
}

const trainWith = ({ samples }: Study, config: Partial<TrainConfig> = {}): TrainConfig => ({
  samples,
  test: null,
  input: "apex",
  lambda: 0.5,
  brlFrom: 1,
  batches: "plain",
  epochs: 2,
  batch: 4,
  accumulate: 1,
  lr: 1e-3,
  schedule: "constant",
  warmup: 0,
  clip: null,
  weightDecay: 5e-4,
  selection: "last-epoch",
  seed: 3,
  ...seen,
  ...computing,
  ...config,
});

async function trained(own: Study, config: Partial<TrainConfig> = {}): Promise<string> {
  const folder = await newFolder();
  await runStep(train, { config: trainWith(own, config), files: own.files, folder });
  return folder;
}

type TrainJob = Parameters<typeof runStep<TrainConfig>>[1];

/** A training that is cancelled in its n-th step, if it has so many. */
async function endAfter(steps: number, job: TrainJob): Promise<void> {
  const end = new AbortController();
  let told = 0;
  await runStep(train, job, {
    signal: end.signal,
    progress: () => void (++told > steps && end.abort()),
  }).catch((error: unknown) => expect(error).toMatchObject({ code: "cancelled" }));
}

const results = async (folder: string) => ({
  weights: await readFile(path.join(folder, WEIGHTS_FILE)),
  metrics: await readFile(path.join(folder, METRICS_FILE), "utf8"),
  result: trainResult.parse(JSON.parse(await readFile(path.join(folder, "result.json"), "utf8"))),
});

describe("the steps train and score", () => {
  it("train on crops, flow and flow pictures, and score other samples", async () => {
    for (const kind of ["apex", "flow", "pictures"] as const) {
      const input = kind === "apex" ? "apex" : "flow";
      const folder = await trained(await study(kind), { input });
      expect((await results(folder)).metrics.trimEnd().split("\n").length).toBe(2);
      const test = await study(kind, { n: 4, seed: 2 });
      const config: ScoreConfig = {
        samples: test.samples.map(({ id, dataset, label }) => ({ id, dataset, label })),
        input,
        ...seen,
        ...computing,
      };
      const scored = await newFolder();
      await runStep(score, { config, files: new Map([...test.files, [TRAINING_INPUT, folder]]), folder: scored });
      const { predictions, confusion } = scoreResult.parse(
        JSON.parse(await readFile(path.join(scored, "result.json"), "utf8")),
      );
      expect(predictions.map(({ id }) => id)).toEqual(test.samples.map(({ id }) => id));
      for (const { label, predicted, probabilities } of predictions) {
        expect(probabilities.indexOf(Math.max(...probabilities))).toBe(predicted);
        expect(confusion[label][predicted]).toBeGreaterThan(0);
      }
      expect(confusion.flat().reduce((a, b) => a + b, 0)).toBe(4);
    }
  });

  it("go on after dying at any step to the same files, with a half-written checkpoint or metrics line about", async () => {
    const own = await study("apex");
    const whole = new Map<string, Awaited<ReturnType<typeof results>>>();
    for (const selection of ["last-epoch", "train-validation", "leave-one-domain-out"] as const)
      whole.set(selection, await results(await trained(own, { selection })));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole.keys()), fc.integer({ min: 1, max: 5 }), async (name, steps) => {
        const selection = SELECTIONS.find((known) => known === name) ?? "last-epoch";
        const folder = await newFolder();
        const job = { config: trainWith(own, { selection }), files: own.files, folder };
        await endAfter(steps, job);
        await writeFile(path.join(folder, "checkpoint.safetensors.tmp"), "half of a checkp");
        await writeFile(path.join(folder, METRICS_FILE), '{"phase":"half a li', { flag: "a" });
        await runStep(train, job);
        expect(await results(folder)).toEqual(whole.get(selection));
        expect((await readdir(folder)).filter((file) => file.startsWith("checkpoint"))).toEqual([]);
      }),
      { numRuns: 6, seed: 5 },
    );
  });

  it("start again, and say so, when the checkpoint is damaged or its metrics are gone", async () => {
    const own = await study("apex");
    const whole = await results(await trained(own));
    for (const damage of [
      (folder: string) => truncate(path.join(folder, "checkpoint.safetensors"), 1000),
      (folder: string) => rm(path.join(folder, METRICS_FILE)),
    ]) {
      const folder = await newFolder();
      const job = { config: trainWith(own), files: own.files, folder };
      await endAfter(4, job);
      await damage(folder);
      const notes: (string | undefined)[] = [];
      await runStep(train, job, { progress: (_done, _total, note) => void notes.push(note) });
      expect(notes[0]).toContain("starts again");
      expect(await results(folder)).toEqual(whole);
    }
  });

  it("leave nothing half-written behind, and no checkpoint once they are done", async () => {
    expect((await readdir(await trained(await study("apex")))).sort()).toEqual([
      METRICS_FILE,
      "result.json",
      TIMING_FILE,
      WEIGHTS_FILE,
    ]);
  });

  it("keep what stood before a step that met a number that is not finite, and say where", async () => {
    const own = await study("apex");
    const folder = await newFolder();
    const wild = runStep(train, { config: trainWith(own, { lr: 1e30 }), files: own.files, folder });
    const file = path.join(folder, "not-finite.safetensors");
    await expect(wild).rejects.toMatchObject({
      code: "not-finite",
      message: expect.stringMatching(
        /at step \d \(epoch 1\), first in the result of .* is kept in .*not-finite.safetensors\.$/,
      ),
      place: { file },
    });
    expect(decodeCheckpoint(await readFile(file)).trainer?.position.epoch).toBe(0);
  });

  it("start from a file of weights, by which the result changes, and refuse another network's", async () => {
    const own = await study("apex");
    const given = path.join(await trained(await study("apex", { seed: 9 })), WEIGHTS_FILE);
    const folder = await newFolder();
    const files = new Map([...own.files, [WEIGHTS_INPUT, given]]);
    await runStep(train, { config: trainWith(own, { lr: 1e-9 }), files, folder });
    const [first, now] = [await readFile(given), await readFile(path.join(folder, WEIGHTS_FILE))].map(
      (bytes) => decodeWeights(bytes).parameters,
    );
    for (const [name, { data }] of first) data.forEach((x, i) => expect(now.get(name)?.data[i]).toBeCloseTo(x, 6));
    const other = { config: trainWith(own, { backbone: "resnet18" }), files, folder: await newFolder() };
    await expect(runStep(train, other)).rejects.toMatchObject({
      code: "weights-invalid",
      message: expect.stringContaining("holds the CNN, but ResNet-18 is to be trained"),
    });
  });

  it("tell where a training's time went, over all times that it was worked on", async () => {
    const own = await study("apex");
    const folder = await newFolder();
    const job = { config: trainWith(own), files: own.files, folder };
    const death = new AbortController();
    await expect(
      runStep(train, job, { signal: death.signal, progress: (done) => void (done > 2 && death.abort()) }),
    ).rejects.toMatchObject({ code: "cancelled" });
    const first = await readTiming(folder);
    await runStep(train, job);
    const both = await readTiming(folder);
    if (first === null || both === null) throw new Error("There is no timing.");
    for (const part of ["seconds", "stepSeconds", "compileSeconds", "loadSeconds"] as const) {
      expect(first[part]).toBeGreaterThan(0);
      expect(both[part]).toBeGreaterThan(first[part]);
    }
    expect(both.stepSeconds + both.compileSeconds + both.loadSeconds).toBeLessThan(both.seconds);
    await writeFile(path.join(folder, TIMING_FILE), '{"seconds":1,"step', { flag: "a" });
    expect(await readTiming(folder)).toEqual(both);
    expect(await readTiming(await newFolder())).toBeNull();
  });

  it("give other weights for any other training picture, label or seed, and the same for the same", async () => {
    const own = await study("apex", { n: 6 });
    const base = (await results(await trained(own))).result.weights;
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.constantFrom("picture", "label", "nothing"), async (i, what) => {
        const { id } = own.samples[i];
        const files = new Map(own.files);
        const samples = own.samples.map((sample) =>
          sample.id === id && what === "label" ? { ...sample, label: (sample.label + 1) % 3 } : sample,
        );
        if (what === "picture")
          files.set(id, (await study("apex", { n: 1, seed: 100 + i })).files.values().next().value ?? "");
        const { weights } = (await results(await trained({ samples, files }))).result;
        expect(weights === base).toBe(what === "nothing");
      }),
      { numRuns: 10, seed: 1 },
    );
    expect((await results(await trained(own, { seed: 4 }))).result.weights).not.toBe(base);
  });

  it("refuse a test set under every rule but best-on-test, and train under that one with it", async () => {
    const own = await study("apex");
    const test = own.samples.slice(0, 3).map(({ id, dataset, label }) => ({ id, dataset, label }));
    for (const selection of SELECTIONS) {
      const valid = selection === "best-on-test";
      expect(trainConfig.safeParse(trainWith(own, { selection, test })).success).toBe(valid);
      expect(trainConfig.safeParse(trainWith(own, { selection })).success).toBe(!valid);
    }
    const { metrics } = await results(await trained(own, { selection: "best-on-test", test }));
    expect(JSON.parse(metrics.split("\n")[0]).validation.uar).toBeGreaterThanOrEqual(0);
  });

  it("refuse another runtime, and name a picture that is missing", async () => {
    const own = await study("apex");
    await expect(trained(own, { runtime: "onnxruntime-node 1.2.3" })).rejects.toMatchObject({ code: "run-invalid" });
    const files = new Map([...own.files, [own.samples[0].id, path.join(root, "gone.png")]]);
    await expect(trained({ ...own, files })).rejects.toMatchObject({
      code: "file-missing",
      message: expect.stringContaining("gone.png"),
    });
  });

  it("stop at a flow that cannot be read, when its batch comes, and name its file", async () => {
    const own = await study("flow");
    const [broken] = [...own.files.values()].slice(4);
    await truncate(path.join(broken, "flow.npy"), 100);
    const folder = await newFolder();
    const config = trainWith(own, { input: "flow", batch: 2, batches: "plain", lambda: 0 });
    const steps: number[] = [];
    const progress = (done: number) => void steps.push(done);
    await expect(runStep(train, { config, files: own.files, folder }, { progress })).rejects.toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(path.join(broken, "flow.npy")),
    });
    // At the latest in the first epoch's last batch of five.
    expect(Math.max(...steps)).toBeLessThan(5);
    expect(await readdir(folder)).not.toContain("result.json");
  });

  it("give these numbers: when they change, the steps' version must be raised", async () => {
    const { metrics } = await results(await trained(await study("apex"), { batches: "stratified" }));
    const losses = Array.from(metrics.matchAll(/"crossEntropy":([\d.]+)/g), ([, loss]) => Number(loss).toFixed(4));
    expect(losses).toEqual(["1.1143", "0.0648"]);
  });
});
