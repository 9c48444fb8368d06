import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import { Random, zeros } from "../../engine/index.ts";
import { writer } from "../normaliser.ts";
import { inMemory, type WritePictures } from "../pictures.ts";
import { createPredictor } from "../predict.ts";
import { sampleSet } from "../samples.ts";
import { backbone, executor, pictures, pixelsOf, run, shape, task } from "../testing/small-fit.ts";
import { decodeCheckpoint, decodeWeights } from "./checkpoint.ts";
import { fit } from "./fit.ts";

/** L_BRL in the last of twelve epochs, BRL joining after two. */
async function lastRegularizer(lambda: number): Promise<number> {
  const settings = { epochs: 12, batch: 18, lr: 1e-2, brlFrom: 2, lambda };
  const { records } = await run(task({ selection: "last-epoch", settings }));
  return records[11].regularizer ?? Number.NaN;
}

describe("a fit", () => {
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
    const write: WritePictures = async (batch, normaliser, out) => {
      for (let turns = late.integer(4); turns > 0; turns--) await setImmediate();
      writer(normaliser)(batch, out);
    };
    const arriving = (fault: number | null) => (pixels: Uint8Array) => {
      const all = inMemory(pixels, 192);
      const take = async (rows: readonly number[]) => {
        for (let turns = late.integer(4); turns > 0; turns--) await setImmediate();
        if (fault !== null && rows.includes(fault)) throw new ApexError("file-unreadable", "p.png is no picture.");
        taken.push(...rows);
        return all.take(rows);
      };
      return { take, write, expect: (rows: readonly number[]) => void expected.push([...rows]) };
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

  it.each([1, 2])(
    "compiles before it waits for the first pictures, which come meanwhile: in %i pieces",
    async (accumulate) => {
      const order: string[] = [];
      const watched = (pixels: Uint8Array) => {
        const all = inMemory(pixels, 192);
        const take = (rows: readonly number[]) => (order.push("take"), all.take(rows));
        return { take, expect: () => void order.push("expect") };
      };
      const one = task({ selection: "last-epoch", settings: { accumulate }, samples: pictures(18, 1, watched) });
      const compile: typeof executor.compile = (program) => (order.push("compile"), executor.compile(program));
      await run({ ...one, input: "flow", executor: { ...executor, compile } });
      expect(order.slice(0, 3)).toEqual(["expect", "compile", "take"]);
    },
  );

  it("has the next batch written while a step is computed, and none across epochs", async () => {
    const order: string[] = [];
    const write: WritePictures = async (batch, normaliser, out) => {
      order.push("write");
      writer(normaliser)(batch, out);
    };
    const written = (pixels: Uint8Array) => ({ ...inMemory(pixels, 192), write });
    const settings = { epochs: 2, batch: 6 };
    const one = task({ selection: "last-epoch", settings, samples: pictures(18, 1, written) });
    const compile: typeof executor.compile = async (program) => {
      const session = await executor.compile(program);
      const step: typeof session.run = async (feeds) => {
        const results = await session.run(feeds);
        order.push("step");
        return results;
      };
      return { ...session, run: step };
    };
    await run({ ...one, executor: { ...executor, compile } });
    const epoch = ["write", "step", "write", "step", "step"];
    expect(order).toEqual([...epoch, ...epoch]);
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

  it("starts every training of a rule from given weights", async () => {
    const start = decodeWeights((await run(task({ selection: "last-epoch" }))).weights).parameters;
    const settings = { epochs: 1, lr: 1e-9 };
    const { weights } = await run({ ...task({ selection: "last-epoch", settings }), from: start });
    for (const [name, { data }] of decodeWeights(weights).parameters)
      data.forEach((x, i) => expect(x).toBeCloseTo(start.get(name)?.data[i] ?? Number.NaN, 6));
  });

  it("stops at the first number that is not finite, names step and op, and hands over what stood before", async () => {
    let before: Uint8Array | null = null;
    const onNotFinite = (parts: readonly Uint8Array[]) => void (before = Buffer.concat(parts));
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
    await expect(run({ ...task({ selection: "last-epoch", samples }), input: "flow" })).rejects.toThrow(
      /epoch 1\); it came in with the pictures/,
    );
    const from = new Map([["hidden.bias", { ...zeros([4]), data: Float32Array.of(0, Infinity, 0, 0) }]]);
    await expect(run({ ...task({ selection: "last-epoch" }), from })).rejects.toThrow(/came in with model.hidden.bias/);
  });
});
