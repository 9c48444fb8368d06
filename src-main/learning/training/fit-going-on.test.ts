import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import { SELECTIONS } from "../../contract/run.ts";
import { type Value, zeros } from "../../engine/index.ts";
import { createPredictor } from "../predict.ts";
import { backbone, executor, NORMED, type Outcome, pictures, run, shape, task } from "../testing/small-fit.ts";
import { decodeCheckpoint, decodeWeights, encodeWeights } from "./checkpoint.ts";
import { fit } from "./fit.ts";
import { initialParameters } from "./step.ts";

/** A clock that goes on by so many milliseconds whenever it is looked at. */
function tick(by: number): () => number {
  let now = 0;
  return () => (now += by);
}

describe("a fit that stops and goes on", () => {
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
      save: (parts) => {
        const { trainer, records } = decodeCheckpoint(Buffer.concat(parts));
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
    const save = async (parts: readonly Uint8Array[]) => {
      const before = Buffer.concat(parts);
      kept.push(before);
      await disk.promise;
      expect(Buffer.concat(parts).equals(before)).toBe(true);
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

  it("refuses a checkpoint that is cut or foreign", async () => {
    const one = task({ selection: "last-epoch" });
    let saved = new Uint8Array();
    await run(one, { save: (parts) => void (saved = Buffer.concat(parts)) });
    for (const bad of [
      saved.subarray(0, saved.length - 5),
      Buffer.concat(encodeWeights({ parameters: new Map(), normaliser: { mean: [], deviation: [] }, about: {} })),
    ]) {
      await expect(fit(one, bad, { now: () => 0 })).rejects.toMatchObject({ code: "weights-invalid" });
    }
  });
});
