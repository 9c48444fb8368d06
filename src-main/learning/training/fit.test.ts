import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import { SELECTIONS, type Selection } from "../../contract/run.ts";
import { onnxExecutor } from "../../engine/executors/onnx.ts";
import { Random, type Value, zeros } from "../../engine/index.ts";
import { cnnOf } from "../backbones/cnn.ts";
import { resnet18Of } from "../backbones/resnet18.ts";
import { inMemory, type Pictures } from "../pictures.ts";
import { createPredictor } from "../predict.ts";
import { type SampleSet, sampleSet } from "../samples.ts";
import { decodeCheckpoint, decodeWeights, encodeWeights } from "./checkpoint.ts";
import { fit, type FitHooks, type FitTask, recordsOf } from "./fit.ts";
import { initialParameters } from "./step.ts";
import type { EpochRecord } from "./tally.ts";
import type { TrainingSettings } from "./trainer.ts";

const shape = [3, 8, 8] as const;
const executor = onnxExecutor({ threads: 1 });
const backbone = cnnOf({ first: 2, second: 3, features: 4 });
const NORMED = resnet18Of({ widths: [2, 2, 2, 2] });

/** Pictures whose brightness in one corner tells the class, with noise. */
function pixelsOf(n: number, seed: number): { pixels: Uint8Array; labels: number[] } {
  const random = new Random(seed);
  const labels = Array.from({ length: n }, (_, i) => i % 3);
  const pixels = Uint8Array.from({ length: n * 192 }, (_, i) => {
    const here = Math.floor((i % 64) / 16) === labels[Math.floor(i / 192)] ? 120 : 0;
    return here + random.integer(80);
  });
  return { pixels, labels };
}

/** Such pictures as they are, or after a change. */
function pictures(
  n: number,
  seed: number,
  changed: (pixels: Uint8Array) => Uint8Array | Float32Array | Pictures = (pixels) => pixels,
): SampleSet {
  const { pixels, labels } = pixelsOf(n, seed);
  return sampleSet({
    shape,
    pictures: changed(pixels),
    samples: labels.map((label, i) => ({ label, dataset: `d${i % 3}` })),
  });
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

/** A clock that goes on by so many milliseconds whenever it is looked at. */
function tick(by: number): () => number {
  let now = 0;
  return () => (now += by);
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
      { numRuns: 12, seed: 11 },
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
    expect(saved.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(saved.map(({ batch }) => batch)).toEqual([1, 2, 0, 1, 2, 0, 1, 2]);
    expect(saved.map(({ records }) => records)).toEqual([0, 0, 1, 1, 1, 2, 2, 2]);
  });

  it("saves while it computes, and fails when the last save does", async () => {
    const kept: Uint8Array[] = [];
    const disk = Promise.withResolvers<void>();
    const save = async (bytes: Uint8Array) => {
      kept.push(bytes);
      await disk.promise;
    };
    const steps: number[] = [];
    const onEpoch = () => {
      steps.push(kept.length);
      // The first save is under way for three epochs, and no other one begins.
      if (steps.length === 3) disk.resolve();
    };
    await run(task({ selection: "last-epoch", settings: { epochs: 6 } }), { save, onEpoch });
    expect(steps.slice(0, 3)).toEqual([0, 1, 1]);
    expect(kept.length).toBeGreaterThan(1);
    const full = new ApexError("disk-full", "The disk is full.");
    await expect(run(task({ selection: "last-epoch" }), { save: () => Promise.reject(full) })).rejects.toBe(full);
  });

  it("gives the memory of a state back when the next one stands, but nothing that it was given or keeps", async () => {
    for (const accumulate of [1, 3]) {
      const freed = new Set<Value>();
      const counting = {
        ...executor,
        free: (results: Iterable<Value>) => {
          const all = [...results];
          for (const one of all) freed.add(one);
          executor.free?.(all);
        },
      };
      const settings = { accumulate, epochs: 5, lr: 2e-2 };
      const small = { ...task({ selection: "train-validation", settings }), executor: counting };
      const from = initialParameters({ backbone, shape }, 7);
      const { weights } = await run({ ...small, from });
      // Three tensors for each of eight parameters, for each step but the first and the last; the best epoch's stay.
      const steps = 5 * 2;
      expect([...freed].filter(({ data }) => data.length === 0).length).toBe(freed.size);
      expect(freed.size).toBeGreaterThanOrEqual(24 * (steps - 2) - 8 * 5);
      expect([...from.values()].every(({ data }) => data.length > 0)).toBe(true);
      expect(weights).toEqual((await run({ ...small, executor: { ...executor, free: undefined } })).weights);
    }
  });

  it("depends on every training sample and on the seed", async () => {
    const base = await run(task({ selection: "last-epoch" }));
    const changed = pictures(18, 1, (pixels) => pixels.with(17 * 192 + 40, pixels[17 * 192 + 40] ^ 1));
    expect((await run(task({ selection: "last-epoch", samples: changed }))).weights).not.toEqual(base.weights);
    expect((await run(task({ selection: "last-epoch", settings: { seed: 8 } }))).weights).not.toEqual(base.weights);
    expect((await run(task({ selection: "last-epoch" }))).weights).toEqual(base.weights);
  });

  it("gives the same bytes however late its pictures come, is told which come next, and stops at one that does not", async () => {
    const late = new Random(2);
    const expected: number[][] = [];
    const taken: number[] = [];
    const arriving = (fault: number | null) => (pixels: Uint8Array) => {
      const all = inMemory(pixels, 192);
      const take = async (rows: readonly number[]) => {
        for (let turns = late.integer(4); turns > 0; turns--) await setImmediate();
        if (fault !== null && rows.includes(fault)) throw new ApexError("file-unreadable", "p.png is no picture.");
        taken.push(...rows);
        return all.take(rows);
      };
      return { take, expect: (rows: readonly number[]) => void expected.push([...rows]) };
    };
    // Flow, whose normaliser needs no look at the pictures before.
    for (const selection of ["last-epoch", "train-validation"] as const) {
      const flow = { input: "flow" as const };
      const whole = await run({ ...task({ selection }), ...flow });
      taken.length = 0;
      expected.length = 0;
      expect(await run({ ...task({ selection, samples: pictures(18, 1, arriving(null)) }), ...flow })).toEqual(whole);
      if (selection === "last-epoch") {
        expect(expected[0].slice(0, taken.length)).toEqual(taken.slice(0, 36));
        expect(expected[2]).toEqual(taken.slice(36));
      }
    }
    const broken = task({ selection: "last-epoch", samples: pictures(18, 1, arriving(7)) });
    await expect(run(broken)).rejects.toThrow("p.png is no picture.");
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
      pictures: pixelsOf(5, 9).pixels,
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

  it("goes on with a batch norm's running statistics as with weights, and predicts by them", async () => {
    const normed = { ...task({ selection: "last-epoch", settings: { epochs: 2, batch: 9 } }), backbone: NORMED };
    const whole = await run(normed);
    const { parameters } = decodeWeights(whole.weights);
    const variance = parameters.get("layer4.0.bn2.running_var")?.data ?? [];
    expect(Array.from(variance).every((x) => x > 0 && x !== 1)).toBe(true);
    // Dead inside the second epoch, after a checkpoint inside the first.
    expect(await run(normed, { now: tick(61_000) }, [3])).toEqual(whole);
    await using predictor = await createPredictor({ executor, backbone: NORMED, shape, batch: 8 });
    const logits = async (names: Iterable<string>) => {
      const stale = new Map(parameters);
      for (const name of names) stale.set(name, { ...zeros([2]), data: Float32Array.of(9, -9) });
      const { normaliser } = decodeWeights(whole.weights);
      return (await predictor.predict({ parameters: stale, normaliser }, pictures(3, 5))).logits;
    };
    expect(await logits([])).not.toEqual(await logits(["layer4.1.bn2.running_mean"]));
  });

  it("computes a batch in pieces to the same weights, nearly, and the pieces go on bit for bit", async () => {
    const small = { epochs: 2, brlFrom: 0 };
    const whole = await run(task({ selection: "last-epoch", settings: small }));
    const inPieces = task({ selection: "last-epoch", settings: { ...small, accumulate: 3 } });
    const pieces = await run(inPieces);
    const [a, b] = [whole, pieces].map(({ weights }) => decodeWeights(weights).parameters);
    // AdamW's first steps have the size of the rate whatever the gradient's, so that rounding shows where one is nearly 0.
    const far = Array.from(a, ([name, { data }]) =>
      Array.from(data).filter((x, i) => Math.abs(x - (b.get(name)?.data[i] ?? Number.NaN)) > 1e-4),
    );
    expect(far.flat()).toEqual([]);
    expect(pieces.records[1].crossEntropy).toBeCloseTo(whole.records[1].crossEntropy, 4);
    expect(pieces.records[1].regularizer).toBeCloseTo(whole.records[1].regularizer ?? Number.NaN, 4);
    expect(await run(inPieces, {}, [4])).toEqual(pieces);
  });

  it("follows its schedule and clips, from any checkpoint, and over all epochs where the rule stops early", async () => {
    const settings = { schedule: "cosine", warmup: 1, clip: 0.5, lr: 2e-2, epochs: 4 } as const;
    const whole = await run(task({ selection: "last-epoch", settings }));
    for (const other of [{ schedule: "constant" }, { warmup: 0 }, { clip: null }] as const) {
      const { weights } = await run(task({ selection: "last-epoch", settings: { ...settings, ...other } }));
      expect(weights).not.toEqual(whole.weights);
    }
    const chosen = task({ selection: "leave-one-domain-out", settings });
    expect(await run(chosen, { now: tick(61_000) }, [7, 9])).toEqual(await run(chosen));
  });

  it("starts every training of a rule from given weights", async () => {
    const start = decodeWeights((await run(task({ selection: "last-epoch" }))).weights).parameters;
    const settings = { epochs: 1, lr: 1e-9 };
    const { weights } = await run({ ...task({ selection: "last-epoch", settings }), from: start });
    for (const [name, { data }] of decodeWeights(weights).parameters)
      data.forEach((x, i) => expect(x).toBeCloseTo(start.get(name)?.data[i] ?? Number.NaN, 6));
  });

  it("stops at the first number that is not finite, names step and op, and hands over what stood before", async () => {
    let before: Uint8Array | null = null;
    const onNotFinite = (checkpoint: Uint8Array) => void (before = checkpoint);
    const wild = task({ selection: "last-epoch", settings: { lr: 1e30 } });
    const fault = await run(wild, { onNotFinite }).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: "not-finite",
      message: expect.stringMatching(/at step 2 \(epoch 1\), first in the result of \w+ \(backbones\/cnn.ts:\d+\)/),
      place: { op: expect.stringMatching(/conv2d|matmul|add|mul/), setting: "lr" },
    });
    // The state is that of the first step, from which the same fault comes again.
    const trainer = decodeCheckpoint(before ?? new Uint8Array()).trainer;
    expect(trainer?.position).toMatchObject({ epoch: 0, batch: 1, step: 1 });
    for (const { data } of trainer?.state.values() ?? []) expect(Array.from(data).every(Number.isFinite)).toBe(true);
    await expect(fit(wild, before, { now: () => 0 })).rejects.toThrow(/at step 2/);
  });

  it("says so when the pictures or the weights were not finite to begin with", async () => {
    const samples = pictures(18, 1, (pixels) => Float32Array.from(pixels).with(5 * 192, Number.NaN));
    await expect(run(task({ selection: "last-epoch", samples }))).rejects.toThrow(
      /epoch 1\); it came in with the pictures/,
    );
    const from = new Map([["hidden.bias", { ...zeros([4]), data: Float32Array.of(0, Infinity, 0, 0) }]]);
    await expect(run({ ...task({ selection: "last-epoch" }), from })).rejects.toThrow(/came in with model.hidden.bias/);
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
