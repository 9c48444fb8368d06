/**
 * Who trains and who tests: leave-one-dataset-out (paper 4.3), and the splits that the selection rules make inside the
 * training composite. Nothing here ever mixes a held-out sample into a training side.
 *
 * Every "random" order is the order of SHA-256(seed, name): it depends neither on the order in which samples arrive
 * nor on which other samples exist.
 */
import { createHash } from "node:crypto";
import { compareDatasets, datasetName } from "../contract/datasets.ts";
import { ApexError } from "../contract/errors.ts";

export interface Member {
  readonly id: string;
  readonly dataset: string;
  readonly subject: string;
  /** Class index, order of CLASSES. */
  readonly label: number;
}

export interface Fold<M> {
  /** The dataset that is held out. */
  readonly heldOut: string;
  readonly train: readonly M[];
  readonly test: readonly M[];
}

/** The datasets of some samples, in table order. */
function datasetsOf(samples: Iterable<{ readonly dataset: string }>): string[] {
  return [...new Set(Array.from(samples, (sample) => sample.dataset))].sort(compareDatasets);
}

/**
 * One fold a dataset, in table order: that dataset tests, all others train.
 * Throws `run-invalid` with fewer than two datasets.
 */
export function leaveOneDatasetOut<M extends { readonly dataset: string }>(samples: readonly M[]): Fold<M>[] {
  const datasets = datasetsOf(samples);
  if (datasets.length < 2) {
    const found = datasets.length === 0 ? "none with samples" : `only ${datasetName(datasets[0])}`;
    throw new ApexError(
      "run-invalid",
      `Leave-one-dataset-out needs at least two datasets, but there is ${found}: import another one or choose more.`,
      { setting: "datasets" },
    );
  }
  return datasets.map((heldOut) => ({
    heldOut,
    train: samples.filter((sample) => sample.dataset !== heldOut),
    test: samples.filter((sample) => sample.dataset === heldOut),
  }));
}

/**
 * Inner folds of leave-one-domain-out validation: each training dataset validates once while the others train.
 * Throws `run-invalid` with fewer than two training datasets.
 */
export function leaveOneDomainOut<M extends { readonly dataset: string }>(train: readonly M[]): Fold<M>[] {
  const datasets = datasetsOf(train);
  if (datasets.length < 2) {
    throw new ApexError(
      "run-invalid",
      "Leave-one-domain-out validation needs at least two training datasets, so three in all: import another dataset or choose another selection rule.",
      { setting: "selection" },
    );
  }
  return leaveOneDatasetOut(train);
}

export interface ValidationSplit<M> {
  readonly train: readonly M[];
  readonly validation: readonly M[];
  /** Datasets with a single subject, whose samples had to be split by sample: that person is on both sides. */
  readonly sharedSubject: readonly string[];
}

/** The part of the training composite that validates. */
const VALIDATION_FRACTION = 0.2;

function hashOrder<T>(items: readonly T[], seed: number, name: (item: T) => string): T[] {
  const key = (item: T) =>
    createHash("sha256")
      .update(`${seed}\n${name(item)}`)
      .digest("hex");
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((entry) => entry.item);
}

/**
 * Splits a training composite into training and validation, about 4 : 1 in every dataset and class. Whole subjects
 * change sides, so that no person is on both; only a dataset with one subject is split by sample.
 * Throws `run-invalid` when a side would be empty.
 */
export function trainValidation<M extends Member>(samples: readonly M[], seed: number): ValidationSplit<M> {
  const chosen = new Set<M>();
  const sharedSubject: string[] = [];
  for (const dataset of datasetsOf(samples)) {
    const own = samples.filter((sample) => sample.dataset === dataset);
    const subjects = Map.groupBy(own, (sample) => sample.subject);
    if (subjects.size === 1) {
      const picked = pickPerClass(own, seed);
      if (picked.length > 0) sharedSubject.push(dataset);
      for (const sample of picked) chosen.add(sample);
    } else {
      for (const sample of pickSubjects([...subjects.values()], seed)) chosen.add(sample);
    }
  }
  if (chosen.size === 0 || chosen.size === samples.length) {
    throw new ApexError(
      "run-invalid",
      `The ${samples.length} training samples are too few to set some aside for validation: choose another selection rule.`,
      { setting: "selection" },
    );
  }
  return {
    train: samples.filter((sample) => !chosen.has(sample)),
    validation: samples.filter((sample) => chosen.has(sample)),
    sharedSubject,
  };
}

function pickPerClass<M extends Member>(own: readonly M[], seed: number): M[] {
  return [...Map.groupBy(own, (sample) => sample.label).values()].flatMap((samples) =>
    hashOrder(samples, seed, (sample) => sample.id).slice(0, Math.round(samples.length * VALIDATION_FRACTION)),
  );
}

/**
 * Greedy: takes the subject that brings the class counts nearest (least squares) to the wanted part, while that is an
 * improvement; at least one subject is taken and at least one is left.
 */
function pickSubjects<M extends Member>(subjects: readonly (readonly M[])[], seed: number): M[] {
  const left = hashOrder(subjects, seed, ([first]) => `${first.dataset}/${first.subject}`);
  const wanted = new Map<number, number>();
  for (const { label } of subjects.flat()) wanted.set(label, (wanted.get(label) ?? 0) + VALIDATION_FRACTION);
  const distance = (subset: readonly M[]) => {
    const missing = new Map(wanted);
    for (const { label } of subset) missing.set(label, (missing.get(label) ?? 0) - 1);
    return [...missing.values()].reduce((sum, value) => sum + value * value, 0);
  };
  let taken: M[] = [];
  while (left.length > 1) {
    const distances = left.map((samples) => distance([...taken, ...samples]));
    const best = distances.indexOf(Math.min(...distances));
    if (taken.length > 0 && distances[best] >= distance(taken)) break;
    taken = [...taken, ...left[best]];
    left.splice(best, 1);
  }
  return taken;
}
