import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaveOneDatasetOut, leaveOneDomainOut, type Member, trainValidation } from "./splits.ts";

const member = (dataset: string, subject: string, label: number): Member => ({
  id: `${dataset}/${subject}/${label}`,
  dataset,
  subject,
  label,
});

const study = fc
  .array(fc.tuple(fc.constantFrom("smic", "casme2", "lab A", "mmew"), fc.nat(5), fc.nat(2)), {
    minLength: 2,
    maxLength: 80,
  })
  .map((rows) =>
    rows.map(([dataset, subject, label], i) => ({ ...member(dataset, String(subject), label), id: String(i) })),
  );

describe("leave one dataset out", () => {
  it("tests each dataset once, in table order, and never trains on it", () => {
    fc.assert(
      fc.property(study, (samples) => {
        const datasets = new Set(samples.map((sample) => sample.dataset));
        fc.pre(datasets.size > 1);
        const folds = leaveOneDatasetOut(samples);
        expect(new Set(folds.map((fold) => fold.heldOut))).toEqual(datasets);
        for (const { heldOut, train, test } of folds) {
          expect(test.every((sample) => sample.dataset === heldOut)).toBe(true);
          expect(train.every((sample) => sample.dataset !== heldOut)).toBe(true);
          expect(train.length + test.length).toBe(samples.length);
        }
      }),
    );
    const folds = leaveOneDatasetOut([member("zeta", "1", 0), member("mmew", "1", 0), member("smic", "1", 0)]);
    expect(folds.map((fold) => fold.heldOut)).toEqual(["smic", "mmew", "zeta"]);
  });

  it("refuses a single dataset, by name, with what to do", () => {
    expect(() => leaveOneDatasetOut([member("casme2", "1", 0)])).toThrow(
      expect.objectContaining({ code: "run-invalid", message: expect.stringContaining("only CASME II") }),
    );
    expect(() => leaveOneDomainOut([member("casme2", "1", 0)])).toThrow(
      expect.objectContaining({ code: "run-invalid", message: expect.stringContaining("two training datasets") }),
    );
  });
});

const splitOrNull = (samples: readonly Member[], seed: number) => {
  try {
    return trainValidation(samples, seed);
  } catch (error) {
    expect(error).toMatchObject({ code: "run-invalid" });
    return null;
  }
};

const person = (sample: Member) => `${sample.dataset}/${sample.subject}`;

describe("the train-validation split", () => {
  it("is a partition, and puts nobody on both sides but where a dataset has one subject", () => {
    fc.assert(
      fc.property(study, fc.nat(1000), (samples, seed) => {
        const split = splitOrNull(samples, seed);
        if (split === null) return;
        expect(new Set([...split.train, ...split.validation])).toEqual(new Set(samples));
        expect(split.train.length + split.validation.length).toBe(samples.length);
        const training = new Set(split.train.map(person));
        for (const sample of split.validation) {
          expect(!training.has(person(sample)) || split.sharedSubject.includes(sample.dataset)).toBe(true);
        }
      }),
    );
  });

  it("does not depend on the order of samples, and changes with the seed", () => {
    fc.assert(
      fc.property(study, fc.nat(1000), (samples, seed) => {
        const ids = (list: readonly Member[]) =>
          splitOrNull(list, seed)
            ?.validation.map((sample) => sample.id)
            .sort();
        expect(ids([...samples].reverse())).toEqual(ids(samples));
      }),
    );
    const samples = Array.from({ length: 40 }, (_, i) => member("samm", String(i), i % 3));
    const validations = [1, 2, 3, 4].map((seed) =>
      trainValidation(samples, seed)
        .validation.map(({ id }) => id)
        .join(),
    );
    expect(new Set(validations).size).toBeGreaterThan(1);
  });

  it("sets aside about a fifth of every dataset and class", () => {
    const samples = ["smic", "mmew"].flatMap((dataset) =>
      Array.from({ length: 20 }, (_, subject) =>
        [0, 1, 2].map((label) => member(dataset, String(subject), label)),
      ).flat(),
    );
    const { validation } = trainValidation(samples, 7);
    for (const group of Map.groupBy(validation, ({ dataset, label }) => `${dataset} ${label}`).values()) {
      expect(group.length).toBe(4);
    }
    expect(validation.length).toBe(24);
  });

  it("refuses a composite that is too small to divide", () => {
    expect(() => trainValidation([member("samm", "1", 0)], 1)).toThrow(
      expect.objectContaining({ code: "run-invalid" }),
    );
  });
});
