/** One batch as the inputs of a program: pictures, targets, who is of which dataset. */
import { CLASSES } from "../../../contract/classes.ts";
import { type Value, value } from "../../../engine/index.ts";
import { type Normaliser, writer } from "../../normaliser.ts";
import type { Picture } from "../../pictures.ts";
import type { SampleSet } from "../../samples.ts";

/** Labels and source datasets of a batch's samples. */
export interface Facts {
  readonly labels: readonly number[];
  readonly domains: readonly number[];
  /** How many source datasets are among them. */
  readonly present: number;
}

export function factsOf(samples: SampleSet, indices: readonly number[]): Facts {
  const domains = indices.map((i) => samples.domains[i]);
  return { labels: indices.map((i) => samples.labels[i]), domains, present: new Set(domains).size };
}

/** Normalised pictures `x` [n, C, H, W] in arrays that are used again: one for each size of batch. */
export function pictureFeeds({ shape }: SampleSet, normaliser: Normaliser): (pictures: readonly Picture[]) => Value {
  const write = writer(normaliser);
  const [channels, height, width] = shape;
  const arrays = new Map<number, Float32Array>();
  return (pictures) => {
    const n = pictures.length;
    const x = arrays.get(n) ?? new Float32Array(n * channels * height * width);
    arrays.set(n, x);
    write(pictures, x);
    return value(x, [n, channels, height, width]);
  };
}

/** One-hot [n, 3], divided by `whole`: the samples over which the cross-entropies are averaged. */
export function targetFeed(labels: readonly number[], whole: number): Value {
  const targets = new Float32Array(labels.length * CLASSES.length);
  labels.forEach((label, i) => (targets[i * CLASSES.length + label] = 1 / whole));
  return value(targets, [labels.length, CLASSES.length]);
}

/** `members` [n, G] and `absent` [G] as L_BRL takes them (brl.ts). */
export function groupFeeds(groups: readonly number[], domains: number): { members: Value; absent: Value } {
  const sizes = new Float32Array(domains);
  for (const group of groups) sizes[group]++;
  const members = new Float32Array(groups.length * domains);
  groups.forEach((group, i) => (members[i * domains + group] = 1 / sizes[group]));
  return {
    members: value(members, [groups.length, domains]),
    absent: value(
      sizes.map((n) => (n === 0 ? 1 : 0)),
      [domains],
    ),
  };
}

export function scalarFeed(x: number): Value {
  return value(Float32Array.of(x), []);
}
