import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SELECTIONS, type Selection } from "../../contract/run.ts";
import { onnxExecutor } from "../../engine/executors/onnx.ts";
import { Random } from "../../engine/index.ts";
import { cnnOf } from "../backbones/cnn.ts";
import { createPredictor } from "../predict.ts";
import { type SampleSet, sampleSet } from "../samples.ts";
import { decodeCheckpoint, decodeWeights, encodeWeights } from "./checkpoint.ts";
import { fit, type FitHooks, type FitTask, recordsOf } from "./fit.ts";
import type { EpochRecord } from "./tally.ts";
import type { TrainingSettings } from "./trainer.ts";

const shape = [3, 8, 8] as const;
const executor = onnxExecutor({ threads: 1 });
const backbone = cnnOf({ first: 2, second: 3, features: 4 });

/** Pictures whose brightness in one corner tells the class, with noise. */
function pictures(n: number, seed: number): SampleSet {
  const random = new Random(seed);
  const labels = Array.from({ length: n }, (_, i) => i % 3);
  const pixels = Uint8Array.from({ length: n * 192 }, (_, i) => {
    const here = Math.floor((i % 64) / 16) === labels[Math.floor(i / 192)] ? 120 : 0;
    return here + random.integer(80);
  });
  return sampleSet({ shape, pixels, samples: labels.map((label, i) => ({ label, dataset: `d${i % 3}` })) });
}

interface Small {
  readonly selection: Selection;
  readonly samples?: SampleSet;
  readonly settings?: Partial<TrainingSettings>;
}

function task({ selection, samples = pictures(18, 1), settings }: Small): FitTask {
  return {
    executor,
    backbone,
    selection,
    samples,
    from: new Map(),
    input: "apex",
    settings: {
      epochs: 3,
      batch: 8,
      batches: "plain",
      accumulate: 1,
      lr: 5e-3,
      schedule: "constant",
      warmup: 0,
      clip: null,
      weightDecay: 5e-4,
      lambda: 0.5,
      brlFrom: 1,
      seed: 7,
      ...settings,
    },
    people: Array.from(samples.rows, (_, i) => ({ id: `s${i}`, subject: `p${Math.floor(i / 2)}` })),
    test: selection === "best-on-test" ? pictures(6, 2) : null,
  };
}

interface Outcome {
  readonly weights: Uint8Array;
  readonly records: readonly EpochRecord[];
  readonly epoch: number;
}

/** A folder that dies: keeps what was saved, and cuts the records back as a resumed run does. */
async function run(one: FitTask, hooks: Partial<FitHooks> = {}, dieAfter: readonly number[] = []): Promise<Outcome> {
  let checkpoint: Uint8Array | null = null;
  let records: EpochRecord[] = [];
  for (let life = 0; ; life++) {
    const controller = new AbortController();
    let steps = 0;
    try {
      const fitted = await fit(one, checkpoint, {
        now: () => 0,
        signal: controller.signal,
        onEpoch: (record) => void records.push(record),
        save: (bytes) => void (checkpoint = bytes),
        ...hooks,
        onStep: () => {
          if (++steps === dieAfter[life]) controller.abort();
        },
      });
      return { weights: encodeWeights({ ...fitted, about: {} }), records, epoch: fitted.epoch };
    } catch (error) {
      if (dieAfter[life] === undefined) throw error;
      expect(error).toMatchObject({ code: "cancelled" });
      expect(steps).toBe(dieAfter[life]);
      records = checkpoint === null ? [] : records.slice(0, recordsOf(checkpoint));
    }
  }
}

/** L_BRL in the last of twelve epochs, BRL joining after two. */
async function lastRegularizer(lambda: number): Promise<number> {
  const settings = { epochs: 12, batch: 18, lr: 1e-2, brlFrom: 2, lambda };
  const { records } = await run(task({ selection: "last-epoch", settings }));
  return records[11].regularizer ?? Number.NaN;
}

describe("a fit", () => {
  it("goes on from any checkpoint to bit-equal weights and records, under every rule", async () => {
    const whole = new Map<string, Outcome>();
    for (const selection of SELECTIONS) whole.set(selection, await run(task({ selection })));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SELECTIONS),
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 2 }),
        // A clock on which a save is due after every step, one on which it never is, and one on which epochs save.
        fc.constantFrom(120_000, 1, 0),
        async (selection, dieAfter, tick) => {
          let clock = 0;
          expect(await run(task({ selection }), { now: () => (clock += tick) }, dieAfter)).toEqual(
            whole.get(selection),
          );
        },
      ),
      { numRuns: 16, seed: 11 },
    );
  });

  it("saves inside an epoch once a minute has gone by, and the checkpoint knows its records", async () => {
    let clock = 0;
    const saved: { step: number; batch: number; records: number }[] = [];
    await run(task({ selection: "last-epoch" }), {
      now: () => (clock += 61_000),
      save: (bytes) => {
        const { trainer, records } = decodeCheckpoint(bytes);
        if (trainer !== null) saved.push({ step: trainer.position.step, batch: trainer.position.batch, records });
      },
    });
    expect(saved.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(saved.map(({ batch }) => batch)).toEqual([1, 2, 0, 1, 2, 0, 1, 2, 0]);
    expect(saved.map(({ records }) => records)).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3]);
  });

  it("depends on every training sample and on the seed", async () => {
    const base = await run(task({ selection: "last-epoch" }));
    const changed = pictures(18, 1);
    changed.pixels[17 * 192 + 40] ^= 1;
    expect((await run(task({ selection: "last-epoch", samples: changed }))).weights).not.toEqual(base.weights);
    expect((await run(task({ selection: "last-epoch", settings: { seed: 8 } }))).weights).not.toEqual(base.weights);
    expect((await run(task({ selection: "last-epoch" }))).weights).toEqual(base.weights);
  });

  it("takes the weights of the epoch that its rule chooses", async () => {
    const settings = { epochs: 5, lr: 2e-2 };
    for (const selection of ["train-validation", "best-on-test"] as const) {
      const { records, epoch } = await run(task({ selection, settings }));
      const uars = records.map((record) => record.validation?.uar ?? Number.NaN);
      // Epochs before BRL joins (brlFrom 1) cannot be chosen.
      expect(uars.indexOf(Math.max(...uars.slice(1)), 1)).toBe(epoch - 1);
    }
    const { records, epoch } = await run(task({ selection: "leave-one-domain-out", settings }));
    const phases = Map.groupBy(records, (record) => record.phase);
    expect([...phases.keys()]).toEqual(["without d0", "without d1", "without d2", "final"]);
    const means = [1, 2, 3, 4].map((e) =>
      ["d0", "d1", "d2"].reduce((sum, d) => sum + (phases.get(`without ${d}`)?.[e].validation?.uar ?? Number.NaN), 0),
    );
    expect(epoch).toBe(2 + means.indexOf(Math.max(...means)));
    expect(phases.get("final")?.length).toBe(epoch);
    expect((await run(task({ selection: "last-epoch", settings }))).epoch).toBe(5);
  });

  it("learns: a class that shows in the pictures is found in new ones, and the records say so", async () => {
    const one = task({
      selection: "last-epoch",
      samples: pictures(60, 3),
      settings: { epochs: 12, lr: 1e-2, brlFrom: 8 },
    });
    const { weights, records } = await run(one);
    expect(records[11].crossEntropy).toBeLessThan(records[0].crossEntropy / 2);
    expect(records[11].accuracy).toBeGreaterThan(0.8);
    expect(Object.keys(records[0].attention)).toEqual(["d0", "d1", "d2"]);
    const fresh = pictures(30, 4);
    await using predictor = await createPredictor({ executor, backbone, shape, batch: 8 });
    const { predicted, probabilities } = await predictor.predict(decodeWeights(weights), fresh);
    expect(predicted.filter((p, i) => p === fresh.labels[i]).length).toBeGreaterThan(24);
    for (let i = 0; i < 30; i++) {
      expect(probabilities.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    }
  });

  it("draws the datasets' attention means together once BRL has joined", async () => {
    expect(await lastRegularizer(0.9)).toBeLessThan((await lastRegularizer(0)) / 2);
  });

  it("works with one source dataset, with fewer samples than a batch, and with stratified batches", async () => {
    const alone = sampleSet({
      shape,
      pixels: pictures(5, 9).pixels,
      samples: [0, 1, 2, 0, 1].map((label) => ({ label, dataset: "only" })),
    });
    const { records } = await run(task({ selection: "last-epoch", samples: alone }));
    expect(records.map((record) => record.regularizer)).toEqual([null, null, null]);
    const stratified = await run(task({ selection: "last-epoch", settings: { batches: "stratified" } }));
    expect(stratified.records.every((record) => record.regularizer !== null)).toBe(true);
    await expect(run(task({ selection: "leave-one-domain-out", samples: alone }))).rejects.toMatchObject({
      code: "run-invalid",
    });
  });

  it("stops at the first number that is not finite, and names the step", async () => {
    await expect(run(task({ selection: "last-epoch", settings: { lr: 1e30 } }))).rejects.toMatchObject({
      code: "not-finite",
      message: expect.stringMatching(/at step \d \(epoch 1\)/),
    });
  });

  it("refuses a checkpoint that is cut or foreign", async () => {
    const one = task({ selection: "last-epoch" });
    let saved = new Uint8Array();
    await run(one, { save: (bytes) => void (saved = Uint8Array.from(bytes)) });
    for (const bad of [
      saved.subarray(0, saved.length - 5),
      encodeWeights({ parameters: new Map(), normaliser: { mean: [], deviation: [] }, about: {} }),
    ]) {
      await expect(fit(one, bad, { now: () => 0 })).rejects.toMatchObject({ code: "weights-invalid" });
    }
  });
});
