/** One batch as the inputs of a program: pictures, targets, who is of which dataset. */
import { CLASSES } from "../../../contract/classes.ts";
import { size, type Value, value } from "../../../engine/index.ts";
import type { InputShape } from "../../backbones/backbone.ts";
import { writer } from "../../normaliser.ts";
import type { Normaliser, Picture } from "../../pictures.ts";
import { picturesOf, type SampleSet, takePictures, waitingFor } from "../../samples.ts";

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

/** Batches as `x` [n, C, H, W], normalised, in arrays that are used again. */
export interface PictureFeeds {
  /** Begins to write the batch that will be wanted next, while a step reads the one that was fed last. */
  readonly ahead: (indices: readonly number[]) => void;
  /** These samples' pictures; they stay what they are while one more batch is written. Throws what taking them throws. */
  readonly feed: (indices: readonly number[]) => Promise<Value>;
  /** Pictures that were taken. */
  readonly write: (pictures: readonly Picture[]) => Value;
}

export function pictureFeeds(samples: SampleSet, normaliser: Normaliser): PictureFeeds {
  const writeHere = writer(normaliser);
  const { write: writeThere } = samples.pictures;
  const arrays = new Arrays(samples.shape);
  let begun: { readonly indices: readonly number[]; readonly x: Promise<Value> } | null = null;
  const write = (pictures: readonly Picture[]): Value => {
    const x = arrays.take(pictures.length);
    writeHere(pictures, x.data);
    return x;
  };
  const writeAhead = async (indices: readonly number[]): Promise<Value> => {
    const pictures = await takePictures(samples, indices);
    if (writeThere === undefined) return write(pictures);
    const x = arrays.take(pictures.length);
    await writeThere(pictures, normaliser, x.data);
    return x;
  };
  return {
    ahead: (indices) => {
      begun = { indices, x: writeAhead(indices) };
      // Whoever wants it is told of a fault; until then it is no unhandled rejection.
      begun.x.catch(() => {});
    },
    feed: async (indices) => {
      const ready = begun;
      begun = null;
      if (ready?.indices === indices) return waitingFor(samples, ready.x);
      // What was begun in vain still writes into an array.
      await ready?.x.catch(() => {});
      return write(await picturesOf(samples, indices));
    },
    write,
  };
}

interface Written extends Value {
  readonly data: Float32Array<SharedArrayBuffer>;
}

/** In turns, two for each size of batch: a step reads one while the other is written. */
class Arrays {
  readonly #shape: InputShape;
  readonly #bySize = new Map<number, Written[]>();

  constructor(shape: InputShape) {
    this.#shape = shape;
  }

  take(n: number): Written {
    const own = this.#bySize.get(n) ?? [];
    const next = (own.length > 1 ? own.shift() : null) ?? this.#fresh(n);
    this.#bySize.set(n, [...own, next]);
    return next;
  }

  #fresh(n: number): Written {
    const shape = [n, ...this.#shape];
    const data = new Float32Array(new SharedArrayBuffer(4 * size(shape)));
    return { ...value(data, shape), data };
  }
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
