/**
 * Random numbers by counting: Philox4x32-10 (Salmon et al., SC 2011). The n-th number depends on the seed and n alone,
 * so a stream's whole state is two small things, it is the same on every machine, and streams split by name never meet.
 */
import { createHash } from "node:crypto";

/** What a checkpoint stores. key: two 32-bit words; counter: 32-bit outputs drawn so far. */
export interface RandomState {
  readonly key: readonly [number, number];
  readonly counter: number;
}

const MULTIPLIER = [0xd2511f53, 0xcd9e8d57] as const;
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;

export type Block = readonly [number, number, number, number];

/** The ten-round block function: 128 bits of counter and 64 of key to 128 random bits. */
export function philox(counter: Block, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const low0 = Math.imul(MULTIPLIER[0], c0);
    const low1 = Math.imul(MULTIPLIER[1], c2);
    const high0 = highWord(MULTIPLIER[0], c0);
    const high1 = highWord(MULTIPLIER[1], c2);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + WEYL[0]) | 0;
    k1 = (k1 + WEYL[1]) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** `philox` of the counters from `first` on, without an object a block: large tensors are drawn at every start. */
function fillBlocks(out: Uint32Array, first: number, [key0, key1]: readonly [number, number]): void {
  for (let at = 0, n = first; at < out.length; at += 4, n++) {
    let c0 = n >>> 0;
    let c1 = Math.floor(n / 2 ** 32) >>> 0;
    let c2 = 0;
    let c3 = 0;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < 10; round++) {
      const low0 = Math.imul(MULTIPLIER[0], c0);
      const low1 = Math.imul(MULTIPLIER[1], c2);
      const high0 = highWord(MULTIPLIER[0], c0);
      const high1 = highWord(MULTIPLIER[1], c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + WEYL[0]) | 0;
      k1 = (k1 + WEYL[1]) | 0;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}

/** The upper 32 bits of a product, as a signed word: of halves, no sum of which leaves 32 bits. */
function highWord(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const second = (Math.imul(aLow, bHigh) + (first & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (first >>> 16) + (second >>> 16)) | 0;
}

export class Random {
  readonly #key: readonly [number, number];
  #counter: number;
  #block: Block | null = null;

  /** From a seed (any safe integer), or from a state to go on where it was taken. */
  constructor(seed: number | RandomState) {
    if (typeof seed === "number") {
      this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
      this.#counter = 0;
    } else {
      this.#key = seed.key;
      this.#counter = seed.counter;
    }
  }

  get state(): RandomState {
    return { key: this.#key, counter: this.#counter };
  }

  /** An independent stream; the same name gives the same stream, wherever this one stands. */
  split(name: string): Random {
    const hash = createHash("sha256").update(`${this.#key.join()}/${name}`).digest();
    return new Random({ key: [hash.readUInt32LE(0), hash.readUInt32LE(4)], counter: 0 });
  }

  /** 32 random bits. */
  bits(): number {
    const lane = this.#counter % 4;
    if (lane === 0 || this.#block === null) {
      const n = Math.floor(this.#counter / 4);
      this.#block = philox([n >>> 0, Math.floor(n / 2 ** 32) >>> 0, 0, 0], this.#key);
    }
    this.#counter++;
    return this.#block[lane];
  }

  /** The next `n` of `bits`, as so many calls of it would give them, in a fraction of the time. */
  words(n: number): Uint32Array {
    const out = new Uint32Array(n);
    let i = 0;
    while (i < n && this.#counter % 4 !== 0) out[i++] = this.bits();
    const blocks = Math.floor((n - i) / 4);
    fillBlocks(out.subarray(i, i + 4 * blocks), this.#counter / 4, this.#key);
    this.#counter += 4 * blocks;
    this.#block = null;
    for (i += 4 * blocks; i < n; i++) out[i] = this.bits();
    return out;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    return (high * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** Normal with mean 0 and deviation 1 (Box and Muller's cosine branch). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Uniform among 0..n-1 (n far below 2^53, where the bias vanishes). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** 0..n-1 in random order (Fisher and Yates). */
  permutation(n: number): number[] {
    return this.shuffled(Array.from({ length: n }, (_, i) => i));
  }

  /** A shuffled copy. */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}
