import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grad, input, program, type Tensor, value } from "../engine/index.ts";
import { referenceExecutor } from "../engine/executors/reference.ts";
import { attention, brlLoss, combinedLoss, lossWeights } from "./brl.ts";

interface Case {
  readonly a: readonly number[];
  /** Dataset of each sample. */
  readonly groups: readonly number[];
  readonly datasets: number;
}

/** Means of the datasets present, straight from the definition. */
function means({ a, groups, datasets }: Case): number[] {
  return Array.from({ length: datasets }, (_, g) => a.filter((_weight, i) => groups[i] === g))
    .filter((own) => own.length > 0)
    .map((own) => own.reduce((sum, x) => sum + x, 0) / own.length);
}

function naive(one: Case): number {
  const present = means(one);
  return Math.max(...present) - Math.min(...present);
}

function fed({ a, groups, datasets }: Case) {
  const sizes = Array.from({ length: datasets }, (_, g) => groups.filter((group) => group === g).length);
  const members = groups.flatMap((group) => sizes.map((size, g) => (g === group ? 1 / size : 0)));
  return {
    a: value(Float64Array.from(a), [a.length]),
    members: value(Float64Array.from(members), [a.length, datasets]),
    absent: value(
      Float64Array.from(sizes, (size) => (size === 0 ? 1 : 0)),
      [datasets],
    ),
  };
}

async function computed(one: Case): Promise<{ loss: number; gradient: number[] }> {
  const a = input("a", [one.a.length]);
  const groups = { members: input("members", [one.a.length, one.datasets]), absent: input("absent", [one.datasets]) };
  const loss = brlLoss(a, groups);
  const [gradient] = grad(loss, [a]);
  await using session = await referenceExecutor().compile(
    program({ inputs: [a, groups.members, groups.absent], outputs: { loss, gradient } }),
  );
  const out = await session.run(fed(one));
  return { loss: out.loss.data[0], gradient: [...out.gradient.data] };
}

const cases = fc.integer({ min: 2, max: 6 }).chain((datasets) =>
  fc
    .array(fc.tuple(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.nat(datasets - 1)), {
      minLength: 2,
      maxLength: 12,
    })
    .map((rows): Case => ({ a: rows.map(([a]) => a), groups: rows.map(([, g]) => g), datasets })),
);

describe("L_BRL", () => {
  it("agrees with an example worked by hand, a dataset of which is absent", async () => {
    // m_0 = (.2 + .4) / 2 = .3; m_1 is absent; m_2 = .9; m_3 = (.5 + .6 + .7) / 3 = .6.
    const { loss, gradient } = await computed({
      a: [0.2, 0.9, 0.5, 0.4, 0.6, 0.7],
      groups: [0, 2, 3, 0, 3, 3],
      datasets: 4,
    });
    expect(loss).toBeCloseTo(0.6, 12);
    [-0.5, 1, 0, -0.5, 0, 0].forEach((g, i) => expect(gradient[i]).toBeCloseTo(g, 12));
  });

  it("is the largest mean minus the smallest, over the datasets that are present, for groups of any number", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        expect((await computed(one)).loss).toBeCloseTo(naive(one), 10);
      }),
      { numRuns: 60 },
    );
  });

  it("has the gradient that central differences of the definition give", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const sorted = means(one).sort((a, b) => a - b);
        // Away from ties, where the definition has no derivative.
        fc.pre(sorted.every((m, i) => i === 0 || m - sorted[i - 1] > 1e-3));
        const { gradient } = await computed(one);
        const moved = (i: number, by: number) => naive({ ...one, a: one.a.map((x, k) => (k === i ? x + by : x)) });
        one.a.forEach((_, i) => expect(gradient[i]).toBeCloseTo((moved(i, 1e-6) - moved(i, -1e-6)) / 2e-6, 5));
      }),
      { numRuns: 40 },
    );
  });

  it("draws its attention from the classifier's input by one sigmoid unit", async () => {
    const x = input("x", [2, 3]);
    const parameters = { "attention.weight": input("w", [3, 1]), "attention.bias": input("b", [1]) };
    const a: Tensor = attention(x, parameters);
    await using session = await referenceExecutor().compile(
      program({ inputs: [x, ...Object.values(parameters)], outputs: { a } }),
    );
    const out = await session.run({
      x: value(Float32Array.of(1, 2, 3, -1, 0, 1), [2, 3]),
      w: value(Float32Array.of(0.5, -0.25, 0.125), [3, 1]),
      b: value(Float32Array.of(0.25), [1]),
    });
    // .5 - .5 + .375 + .25 = .625; -.5 + .125 + .25 = -.125
    expect(out.a.data[0]).toBeCloseTo(1 / (1 + Math.exp(-0.625)), 12);
    expect(out.a.data[1]).toBeCloseTo(1 / (1 + Math.exp(0.125)), 12);
  });
});

describe("the weights of the two losses", () => {
  const schedule = { lambda: 0.3, brlFrom: 5 };

  it("are cross-entropy alone for the first E epochs, then (1 - lambda) and lambda", () => {
    expect(lossWeights(schedule, { epoch: 4, domains: 4, present: 4 })).toEqual({ ce: 1, brl: 0 });
    expect(lossWeights(schedule, { epoch: 5, domains: 4, present: 4 })).toEqual({ ce: 0.7, brl: 0.3 });
  });

  it("drop the regularizer for a batch of one dataset, and leave cross-entropy unscaled for a training set of one", () => {
    expect(lossWeights(schedule, { epoch: 9, domains: 4, present: 1 })).toEqual({ ce: 0.7, brl: 0 });
    expect(lossWeights(schedule, { epoch: 9, domains: 1, present: 1 })).toEqual({ ce: 1, brl: 0 });
  });

  it("add up to L = (1 - lambda) L_CE + lambda L_BRL", async () => {
    const names = ["ce", "brl", "wce", "wbrl"];
    const inputs = names.map((name) => input(name, []));
    const [ce, brl, wce, wbrl] = inputs;
    const loss = combinedLoss({ ce, brl }, { ce: wce, brl: wbrl });
    await using session = await referenceExecutor().compile(program({ inputs, outputs: { loss } }));
    const feeds = [2, 0.5, 0.7, 0.3].map((x) => value(Float64Array.of(x), []));
    const out = await session.run(Object.fromEntries(names.map((name, i) => [name, feeds[i]])));
    expect(out.loss.data[0]).toBeCloseTo(0.7 * 2 + 0.3 * 0.5, 12);
  });
});
