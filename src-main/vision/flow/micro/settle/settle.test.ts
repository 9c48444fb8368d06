import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../../engine/index.ts";
import type { Picture } from "../../../pictures/picture.ts";
import { endPointError } from "../../metrics.ts";
import { gridToFlow, type Lattice } from "../grid.ts";
import type { Evidence } from "./evidence.ts";
import { applyPrior, type Prior, priorAround } from "./prior.ts";
import { settle } from "./settle.ts";
import { type Components, solve } from "./solve.ts";

const SIDE = 64;
const lattice: Lattice = { rows: 16, columns: 16, factor: 2 };
const places = lattice.rows * lattice.columns;

/** Waves of several lengths, moved by (u, v), with noise of its own. */
function waves(random: Random, [u, v]: readonly [number, number], noise: number): Picture {
  const rgb = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [(i % SIDE) - u, Math.floor(i / SIDE) - v];
    const value =
      128 + 40 * Math.sin(0.7 * x + 0.2 * y) + 30 * Math.sin(0.5 * y - 0.3 * x) + 15 * Math.sin(0.9 * (x + y));
    rgb.fill(Math.round(value + noise * random.normal()), 3 * i, 3 * i + 3);
  }
  return { width: SIDE, height: SIDE, rgb };
}

const constantFlow = (u: number, v: number): Float32Array =>
  Float32Array.from({ length: 2 * places }, (_, i) => (i < places ? u : v) / 4);

const still = (picture: Picture) => ({ onset: picture, apex: picture });

describe("a settled flow", () => {
  it("is a known motion to three hundredths of a pixel, in spite of noise and of a start that is off by half a pixel", () => {
    const motion = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(fc.nat(1000), motion, motion, (seed, u, v) => {
        const random = new Random(seed);
        const pair = { onset: waves(random, [0, 0], 2), apex: waves(random, [u, v], 2) };
        const settled = settle(pair, { lattice, start: constantFlow(u + 0.4, v - 0.3), rounds: 6 });
        const truth = {
          width: SIDE,
          height: SIDE,
          u: new Float32Array(SIDE * SIDE).fill(u),
          v: new Float32Array(SIDE * SIDE).fill(v),
        };
        const inner = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
          [i % SIDE, Math.floor(i / SIDE)].every((at) => at >= 6 && at < SIDE - 6) ? 1 : 0,
        );
        expect(endPointError(settled, truth, inner)).toBeLessThan(0.03);
      }),
      { seed: 4, numRuns: 20 },
    );
  });

  it("is nothing between equal frames, and what it was where the pictures say nothing", () => {
    const picture = waves(new Random(3), [0, 0], 2);
    const nothing = settle(still(picture), { lattice, start: constantFlow(0, 0), rounds: 3 });
    expect([...nothing.u, ...nothing.v].every((x) => Math.abs(x) < 1e-12)).toBe(true);
    const black = { width: SIDE, height: SIDE, rgb: new Uint8Array(SIDE * SIDE * 3) };
    const start = constantFlow(1.25, -0.5);
    expect(settle(still(black), { lattice, start, rounds: 3 })).toEqual(gridToFlow(start, lattice, black));
  });

  it("bends as little as it can across what has no texture, from what is known around it", () => {
    const random = new Random(8);
    const hidden = ({ rgb }: Picture): Picture => {
      const flat = rgb.slice();
      for (let i = 0; i < SIDE * SIDE; i++)
        if (Math.hypot((i % SIDE) - 32, Math.floor(i / SIDE) - 32) < 10) flat.fill(128, 3 * i, 3 * i + 3);
      return { width: SIDE, height: SIDE, rgb: flat };
    };
    const pair = { onset: hidden(waves(random, [0, 0], 0)), apex: hidden(waves(random, [0.8, 0], 0)) };
    const settled = settle(pair, { lattice, start: constantFlow(0.8, 0), rounds: 6 });
    expect(settled.u[32 * SIDE + 32]).toBeGreaterThan(0.4);
  });

  it("ends at the contour of what moves before a wall", () => {
    const random = new Random(9);
    const before = (u: number): Picture => {
      const { rgb } = waves(random, [u, 0], 1);
      for (let i = 0; i < SIDE * SIDE; i++)
        if (Math.hypot((i % SIDE) - 31.5 - u, Math.floor(i / SIDE) - 31.5) > 12)
          rgb.fill(225 + random.integer(3), 3 * i, 3 * i + 3);
      return { width: SIDE, height: SIDE, rgb };
    };
    const start = Float32Array.from({ length: 2 * places }, (_, i) => {
      const radius = 4 * Math.hypot((i % 16) - 8, Math.floor(i / 16) - 8);
      return i < places ? Math.min(1.2, Math.max(0, 0.1 * (24 - radius))) / 4 : 0;
    });
    const { u } = settle({ onset: before(0), apex: before(1.2) }, { lattice, start, rounds: 6 });
    const along = (x: number): number => u[32 * SIDE + x];
    expect(start[8 * 16 + 12] * 4).toBeGreaterThan(0.7);
    for (const x of [47, 48, 49]) expect(Math.abs(along(x))).toBeLessThan(0.2);
    for (const x of [34, 38, 40]) expect(Math.abs(along(x) - 1.2)).toBeLessThan(0.15);
  });
});

const normals = (random: Random): Float64Array => Float64Array.from({ length: places }, () => random.normal());
const noWall = new Uint8Array(places);
const priorOf = (u: Float64Array, wall = noWall): Prior => priorAround(lattice, [u, new Float64Array(places)], wall);
const applied = (prior: Prior, x: Float64Array): Float64Array => {
  const out = new Float64Array(places);
  applyPrior(lattice, prior, [x, out]);
  return out;
};
const each = (of: (column: number, row: number) => number): Float64Array =>
  Float64Array.from({ length: places }, (_, i) => of(i % lattice.columns, Math.floor(i / lattice.columns)));
const products = (a: Float64Array, b: Float64Array): Float64Array => a.map((x, i) => x * b[i]);
const dot = (a: Float64Array, b: Float64Array): number => products(a, b).reduce((sum, x) => sum + x, 0);

describe("the prior", () => {
  it("is a symmetric form that is never negative, whatever it was drawn up around", () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const random = new Random(seed);
        const [prior, x, y] = [priorOf(normals(random)), normals(random), normals(random)];
        expect(dot(y, applied(prior, x))).toBeCloseTo(dot(x, applied(prior, y)), 8);
        expect(dot(x, applied(prior, x))).toBeGreaterThan(0);
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  it("costs a slope its distance alone, and a fold less where the flow bends already", () => {
    const slope = each((column, row) => 0.1 * column - 0.2 * row);
    const flat = priorOf(slope);
    const bare = { ...flat, anchor: new Float64Array(places) };
    expect(Math.abs(dot(slope, applied(bare, slope)))).toBeLessThan(1e-9);
    expect(dot(slope, applied(flat, slope))).toBeCloseTo(flat.anchor[0] * dot(slope, slope), 9);
    const fold = each((column) => (column < 8 ? 0 : 1));
    expect(dot(fold, applied(priorOf(fold), fold))).toBeLessThan(0.1 * dot(fold, applied(flat, fold)));
  });

  it("holds a wall to what was thought of it, and a head less to its wall than to itself", () => {
    const wall = Uint8Array.from({ length: places }, (_, i) => (i % lattice.columns < 4 ? 1 : 0));
    const prior = priorOf(new Float64Array(places), wall);
    const row = 8 * lattice.columns;
    expect(prior.anchor[row + 2]).toBeGreaterThan(1000 * prior.anchor[row + 5]);
    for (const [beside, away] of [
      [3, 9],
      [4, 1],
    ])
      expect(prior.bending[row + beside]).toBeLessThan(0.5 * prior.bending[row + away]);
    expect(prior.twisting[row + 3]).toBeLessThan(0.5 * prior.twisting[row + 4]);
  });
});

describe("the solver", () => {
  it("ends where evidence and prior balance", () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const random = new Random(seed);
        const [gx, gy, error] = [normals(random), normals(random), normals(random)];
        const evidence: Evidence = {
          xx: products(gx, gx),
          xy: products(gx, gy),
          yy: products(gy, gy),
          x: products(gx, error),
          y: products(gy, error),
        };
        const prior = { ...priorOf(normals(random)), anchor: new Float64Array(places).fill(0.1) };
        const start: Components = [normals(random), normals(random)];
        const imbalance = ([u, v]: Components): number => {
          const [pu, pv] = [applied(prior, u), applied(prior, v)];
          return Math.hypot(
            ...Array.from({ length: places }, (_, i) => {
              const [a, b] = [u[i] - start[0][i], v[i] - start[1][i]];
              return [
                evidence.xx[i] * a + evidence.xy[i] * b + evidence.x[i] + pu[i] - prior.anchor[i] * start[0][i],
                evidence.xy[i] * a + evidence.yy[i] * b + evidence.y[i] + pv[i] - prior.anchor[i] * start[1][i],
              ];
            }).flat(),
          );
        };
        const flow: Components = [start[0].slice(), start[1].slice()];
        solve({ lattice, evidence, prior, anchor: start }, flow);
        expect(imbalance(flow)).toBeLessThan(0.01 * imbalance(start));
      }),
      { seed: 6, numRuns: 20 },
    );
  });
});
