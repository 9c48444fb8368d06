import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kaimingNormal, torchUniform, xavierUniform } from "./init.ts";
import { type Block, philox, Random } from "./random.ts";

const hex = (words: readonly number[]): string => words.map((w) => w.toString(16).padStart(8, "0")).join(" ");

describe("Philox4x32-10", () => {
  // The known-answer vectors published with the algorithm.
  test.each<[Block, [number, number], string]>([
    [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ])("counter %j, key %j", (counter, key, want) => {
    expect(hex(philox(counter, key))).toBe(want);
  });
});

test("the block function is that of whole numbers, whatever the words", () => {
  const word = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
      expect(hex(philox(counter, key))).toBe(hex(exact(counter, key)));
    }),
    { numRuns: 2000 },
  );
});

const low = (x: bigint): bigint => BigInt.asUintN(32, x);

/** Philox4x32-10 as its authors write it, on integers without end. */
function exact(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [first, second] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(second >> 32n) ^ c1 ^ k0, low(second), (first >> 32n) ^ c3 ^ k1, low(first)];
    [k0, k1] = [low(k0 + 0x9e3779b9n), low(k1 + 0xbb67ae85n)];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe("Random", () => {
  test("gives the same numbers for a seed, on every machine", () => {
    const random = new Random(42);
    const drawn = [random.bits(), random.uniform(), random.normal(), random.integer(1000), random.permutation(5)];
    expect(drawn).toMatchInlineSnapshot(`
      [
        2632642643,
        0.4685865124555806,
        -0.4250237002429826,
        454,
        [
          1,
          0,
          2,
          4,
          3,
        ],
      ]
    `);
  });

  test("draws many words at once as one after the other, from wherever it stands", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(9), fc.nat(40), (seed, before, n) => {
        const [one, other] = [new Random(seed), new Random(seed)];
        for (let i = 0; i < before; i++) expect(one.bits()).toBe(other.bits());
        expect([...one.words(n)]).toEqual(Array.from({ length: n }, () => other.bits()));
        expect(one.state).toEqual(other.state);
        expect(one.uniform()).toBe(other.uniform());
      }),
    );
    const far = { key: [7, 9] as const, counter: 4 * (2 ** 32 - 2) + 3 };
    const [one, other] = [new Random(far), new Random(far)];
    expect([...one.words(20)]).toEqual(Array.from({ length: 20 }, () => other.bits()));
  });

  test("goes on from its state, wherever it is taken", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(50), (seed, drawn) => {
        const random = new Random(seed);
        for (let i = 0; i < drawn; i++) random.bits();
        const resumed = new Random(JSON.parse(JSON.stringify(random.state)));
        expect([resumed.normal(), resumed.bits()]).toEqual([random.normal(), random.bits()]);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("splits into streams by name, whatever was drawn before", () => {
    const [a, b] = [new Random(1), new Random(1)];
    b.bits();
    expect(a.split("init").bits()).toBe(b.split("init").bits());
    expect(a.split("init").bits()).not.toBe(a.split("order").bits());
    expect(a.split("init").bits()).not.toBe(new Random(2).split("init").bits());
  });

  test("large and negative seeds are all different", () => {
    const firsts = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, -(2 ** 32)].map((seed) => new Random(seed).bits());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test("has the moments of its distributions", () => {
    const random = new Random(3);
    const n = 20_000;
    const normal = Array.from({ length: n }, () => random.normal());
    const uniform = Array.from({ length: n }, () => random.uniform());
    const mean = (x: number[]) => x.reduce((a, c) => a + c, 0) / n;
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(normal.map((x) => x ** 4))).toBeCloseTo(3, 0);
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(uniform.map((x) => x * x))).toBeCloseTo(1 / 3, 1);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
  });

  test("a permutation holds every number once, and every order occurs", () => {
    const random = new Random(4);
    const seen = new Set(Array.from({ length: 200 }, () => random.permutation(4).join("")));
    expect(seen.size).toBe(24);
    for (const order of seen) expect([...order].sort().join("")).toBe("0123");
  });
});

function deviation({ data }: { readonly data: ArrayLike<number> }): number {
  return Math.sqrt(Array.from(data).reduce((sum, x) => sum + x * x, 0) / data.length);
}

describe("first weights", () => {
  test.each([
    ["Kaiming, filters", kaimingNormal, [64, 32, 3, 3], Math.sqrt(2 / (32 * 9))],
    ["Kaiming, linear", kaimingNormal, [200, 100], Math.sqrt(2 / 200)],
    ["Xavier, linear", xavierUniform, [200, 100], Math.sqrt(2 / 300)],
    ["PyTorch, filters", torchUniform, [64, 32, 3, 3], Math.sqrt(1 / (3 * 32 * 9))],
  ] as const)("%s: have the deviation that their paper asks for", (...[, init, shape, want]) => {
    expect(deviation(init(new Random(5), shape)) / want).toBeCloseTo(1, 1);
  });
});
