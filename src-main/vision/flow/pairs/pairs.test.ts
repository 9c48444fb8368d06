import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../engine/random.ts";
import { endPointError } from "../metrics.ts";
import { TVL1 } from "../tvl1/tvl1.ts";
import { EVALUATION_SETS, evaluationSets } from "./evaluation.ts";
import { blink, pulls, similarity, turn, waves } from "./fields.ts";
import { enlargedPlanes, gridToFlow, placeOf, toPlanes } from "../micro/grid.ts";
import { gridTruth } from "./grid.ts";
import { Motion, vector } from "./motion.ts";
import { denseTruth } from "./pair.ts";
import { type Shelf, TrainingPairs } from "./training.ts";

const SIDE = 64;
const families = { similarity, turn, pulls, blink, waves };
const small = { seed: 3, sizes: { painted: 4, heads: 0, people: 1 }, drawnShare: 0 };

describe("a motion", () => {
  it("is found back from where it leads, for every family, to a thousandth of a pixel", () => {
    const coordinate = fc.double({ min: 0, max: SIDE - 1, noNaN: true });
    const family = fc.constantFrom(...Object.keys(families).filter((name) => name in families));
    fc.assert(
      fc.property(
        fc.nat(1000),
        family,
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        coordinate,
        coordinate,
        (...all) => {
          const [seed, name, peak, x, y] = all;
          const fields = families[name as keyof typeof families](new Random(seed), SIDE);
          const motion = new Motion(fields, { side: SIDE, peak });
          const [there, back] = [vector(), vector()];
          motion.at(x, y, there);
          motion.arriving(x + there.u, y + there.v, back);
          expect(Math.hypot(back.u - there.u, back.v - there.v)).toBeLessThan(1e-3);
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });
});

async function bytes(pairs: TrainingPairs, n: number): Promise<string> {
  const { onset, apex } = await pairs.pair(n, 32);
  return Buffer.concat([onset.rgb, apex.rgb]).toString("base64");
}

describe("training pairs", () => {
  it("show the motion that they state: another method finds most of it", async () => {
    const pairs = new TrainingPairs(small);
    let [error, length] = [0, 0];
    for (let n = 0; n < 8; n++) {
      const pair = await pairs.pair(n, SIDE);
      const truth = denseTruth(pair);
      error += endPointError(await TVL1.compute(pair, TVL1.options.parse({})), truth);
      length += endPointError({ ...truth, u: truth.u.map(() => 0), v: truth.v.map(() => 0) }, truth);
    }
    expect(error).toBeLessThan(0.5 * length);
  });

  it("depend on the seed and their number alone, whatever was made before and wherever it is kept", async () => {
    const kept = new Map<string, Uint8Array>();
    const shelf: Shelf = { take: (name) => kept.get(name) ?? null, put: (name, bytes) => void kept.set(name, bytes) };
    const drawn = { ...small, drawnShare: 0.5 };
    const [alone, shelved] = [new TrainingPairs(drawn), new TrainingPairs({ ...drawn, shelf })];
    const forwards = [await bytes(alone, 0), await bytes(alone, 1), await bytes(alone, 2)];
    expect([await bytes(shelved, 2), await bytes(shelved, 1), await bytes(shelved, 0)]).toEqual(forwards.toReversed());
    const again = new TrainingPairs({ ...drawn, shelf });
    expect([await bytes(again, 0), await bytes(again, 1), await bytes(again, 2)]).toEqual(forwards);
    expect(new Set(forwards).size).toBe(3);
  });
});

/** A turn, a stretch and a shift. */
const at = (x: number, y: number, into: { u: number; v: number }) => {
  into.u = 0.1 * x - 0.02 * y + 1;
  into.v = 0.03 * x + 0.05 * y - 2;
};

describe("the grid", () => {
  it("looks at every eighth pixel of the enlarged frame, and gives a linear motion back exactly within", () => {
    const size = { rows: 16, columns: 16, factor: 2 };
    const grid = new Float32Array(2 * 16 * 16);
    gridTruth(at, size, grid);
    const flow = gridToFlow(grid, size, { width: SIDE, height: SIDE });
    const here = vector();
    const last = Math.floor(placeOf(14, 2));
    for (let y = 4; y < last; y++)
      for (let x = 4; x < last; x++) {
        at(x, y, here);
        expect(Math.hypot(flow.u[y * SIDE + x] - here.u, flow.v[y * SIDE + x] - here.v)).toBeLessThan(1e-4);
      }
  });

  it("repeats the border of a picture whose enlargement is no multiple of eight", () => {
    const rgb = Uint8Array.from({ length: 3 * 3 * 2 }, (_, i) => 10 * i);
    const large = enlargedPlanes(toPlanes({ width: 3, height: 2, rgb }), 2, { width: 8, height: 8 });
    const pixel = (x: number, y: number) => [0, 1, 2].map((c) => large[(c * 8 + y) * 8 + x]);
    expect(pixel(7, 7)).toEqual(pixel(5, 3));
    expect(pixel(7, 0)).toEqual(pixel(5, 0));
    expect(pixel(5, 3)).toEqual([150, 160, 170]);
  });
});

describe("the evaluation's sets", () => {
  it("stand under their names; what is still is still, and what is one frame twice is one", async () => {
    const sets = await evaluationSets([]);
    expect(sets.map(({ name }) => name)).toEqual(EVALUATION_SETS);
    const longest = (name: string) =>
      Math.max(
        ...(sets.find((set) => set.name === name)?.pairs ?? []).map(({ truth, counts }) =>
          truth.u.reduce((most, u, i) => (counts?.[i] === 0 ? most : Math.max(most, Math.hypot(u, truth.v[i]))), 0),
        ),
      );
    expect(longest("generated-0-3")).toBeGreaterThan(1);
    expect(longest("generated-0-3")).toBeLessThan(3.2);
    expect(longest("generated-3-8")).toBeGreaterThan(4);
    expect(longest("face-0-3")).toBeGreaterThan(1);
    expect(longest("face-0-3")).toBeLessThan(3.2);
    expect(longest("static")).toBe(0);
    for (const { onset, apex } of sets.find(({ name }) => name === "identical")?.pairs ?? []) expect(apex).toBe(onset);
  }, 120_000);
});
