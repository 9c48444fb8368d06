import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CLASSES, countClasses } from "../../contract/classes.ts";
import { type RunConfig, runConfig, SELECTIONS } from "../../contract/run.ts";
import { jobKey } from "../../jobs/key.ts";
import { type PlanSample, planFolds, type SettledConfig } from "./plan.ts";

const computing = { device: "cpu", runtime: "onnxruntime-node 0.0.0", threads: 1 } as const;

function settled(config: Partial<RunConfig>): SettledConfig {
  return { ...runConfig.parse(config), device: "cpu", flow: "tvl1", brlFrom: 50 };
}

/** What a training and a scoring have in common. */
const labelled = z.object({ samples: z.array(z.object({ label: z.int() })) });

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** A sample whose input is a file of this content. */
function planSample({
  dataset,
  i,
  label,
  content,
}: {
  dataset: string;
  i: number;
  label: number;
  content: string;
}): PlanSample {
  const id = `${dataset}/p${i % 3}/c${i}`;
  return {
    id,
    dataset,
    subject: `p${i % 3}`,
    label: CLASSES[label],
    input: { kind: "file", path: `/${id}`, digest: digestOf(content) },
  };
}

const study = fc
  .array(fc.array(fc.record({ label: fc.nat(2), content: fc.string() }), { minLength: 6, maxLength: 9 }), {
    minLength: 3,
    maxLength: 5,
  })
  .map((datasets) => datasets.flatMap((own, d) => own.map((one, i) => planSample({ dataset: `d${d}`, i, ...one }))));

const configs = fc.record({
  selection: fc.constantFrom(...SELECTIONS),
  seeds: fc.integer({ min: 1, max: 2 }),
  shuffleLabels: fc.boolean(),
  lambda: fc.constantFrom(0, 0.5),
  input: fc.constantFrom("flow", "apex", "onset"),
});

const trainKeys = (samples: readonly PlanSample[], config: SettledConfig, heldOut: string) =>
  planFolds(samples, config, computing)
    .filter((fold) => fold.heldOut === heldOut)
    .map(({ train }) => jobKey(train));

const labels = (job: { config: unknown }) => labelled.parse(job.config).samples.map(({ label }) => CLASSES[label]);

describe("the plan of a run", () => {
  it("makes a training's key of training samples only, under every rule but best-on-test", () => {
    fc.assert(
      fc.property(study, configs, fc.string({ minLength: 1 }), (samples, config, other) => {
        const run = settled(config);
        const [heldOut] = samples.map(({ dataset }) => dataset);
        const replaced = samples.map((sample, i) =>
          sample.dataset === heldOut
            ? planSample({
                dataset: heldOut,
                i,
                label: (CLASSES.indexOf(sample.label) + 1) % 3,
                content: `other ${other}`,
              })
            : sample,
        );
        const before = trainKeys(samples, run, heldOut);
        const after = trainKeys(replaced, run, heldOut);
        if (config.selection === "best-on-test") expect(after).not.toEqual(before);
        else expect(after).toEqual(before);
      }),
      { seed: 7 },
    );
  });

  it("gives another training for any other training picture or label, and another scoring for any test picture", () => {
    fc.assert(
      fc.property(study, configs, fc.nat(), fc.boolean(), (...[samples, config, at, relabel]) => {
        // Shuffled labels may be dealt out to the same effect.
        const run = settled({ ...config, shuffleLabels: false });
        const { dataset, label } = samples[at % samples.length];
        const changed = samples.map((sample, i) => {
          if (i !== at % samples.length) return sample;
          return relabel
            ? { ...sample, label: CLASSES[(CLASSES.indexOf(label) + 1) % 3] }
            : { ...sample, input: { kind: "file" as const, path: "/x", digest: digestOf(`changed ${sample.id}`) } };
        });
        const before = planFolds(samples, run, computing);
        const after = planFolds(changed, run, computing);
        for (const [i, fold] of before.entries()) {
          if (fold.heldOut !== dataset || config.selection === "best-on-test")
            expect(jobKey(after[i].train)).not.toBe(jobKey(fold.train));
          expect(jobKey(after[i].score)).not.toBe(jobKey(fold.score));
        }
      }),
      { seed: 8 },
    );
  });

  it("shuffles training labels only, and keeps how many there are of each class", () => {
    fc.assert(
      fc.property(study, (samples) => {
        const plain = planFolds(samples, settled({ shuffleLabels: false }), computing);
        const shuffled = planFolds(samples, settled({ shuffleLabels: true }), computing);
        for (const [i, fold] of shuffled.entries()) {
          expect(countClasses(labels(fold.train))).toEqual(countClasses(labels(plain[i].train)));
          expect(labels(fold.score)).toEqual(labels(plain[i].score));
        }
      }),
      { seed: 9, numRuns: 30 },
    );
  });

  it("refuses one dataset, and two under leave-one-domain-out, with a sentence", () => {
    const two = [0, 1].flatMap((d) =>
      [0, 1, 2].map((i) => planSample({ dataset: `d${d}`, i, label: i, content: "x" })),
    );
    expect(() => planFolds(two.slice(0, 3), settled({}), computing)).toThrow(/at least two datasets/);
    expect(() => planFolds(two, settled({ selection: "leave-one-domain-out" }), computing)).toThrow(
      /at least two training datasets/,
    );
    expect(planFolds(two, settled({}), computing)).toHaveLength(2);
  });

  it("names seeds from 1 and gives each its own training", () => {
    const samples = [0, 1].flatMap((d) =>
      [0, 1, 2].map((i) => planSample({ dataset: `d${d}`, i, label: i, content: "x" })),
    );
    const folds = planFolds(samples, settled({ seeds: 3 }), computing);
    expect(folds.map(({ heldOut, seed }) => `${heldOut} ${seed}`)).toEqual([
      "d0 1",
      "d0 2",
      "d0 3",
      "d1 1",
      "d1 2",
      "d1 3",
    ]);
    expect(new Set(folds.map(({ train }) => jobKey(train))).size).toBe(6);
  });
});
