import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../../engine/index.ts";
import type { Grey } from "../../../pictures/picture.ts";
import type { Lattice } from "../grid.ts";
import { behind, wallOf, wallPlaces } from "./wall.ts";

const SIDE = 128;
const lattice: Lattice = { rows: 32, columns: 32, factor: 2 };
const places = lattice.rows * lattice.columns;

const seen = (where: (column: number, row: number) => boolean) => {
  const much = Float64Array.from({ length: places }, (_, i) => (where(i % 32, Math.floor(i / 32)) ? 1 : 0));
  return { xx: much, yy: much };
};
/** Of a place, to the middle of the lattice. */
const distance = (column: number, row: number) => Math.max(Math.abs(column - 15), Math.abs(row - 15));
const corner = (column: number, row: number) => column + row > 6;
const ring = (column: number, row: number) => distance(column, row) >= 5 && distance(column, row) <= 7;

describe("the wall's places", () => {
  it("are those that see nothing up to the border, not what is enclosed", () => {
    const out = wallPlaces(lattice, seen(ring));
    expect([15 * 32 + 15, 15 * 32 + 21, 0].map((i) => out[i])).toEqual([0, 0, 1]);
    const leaky = wallPlaces(
      lattice,
      seen((column, row) => ring(column, row) && column !== 15),
    );
    expect(leaky[15 * 32 + 15]).toBe(1);
  });

  it("are not a few at the border, and none where the pictures speak everywhere", () => {
    expect(wallPlaces(lattice, seen(corner)).includes(1)).toBe(false);
    expect(
      wallPlaces(
        lattice,
        seen(() => true),
      ).includes(1),
    ).toBe(false);
    expect(
      wallPlaces(
        lattice,
        seen(() => false),
      ).every((is) => is === 1),
    ).toBe(true);
  });

  it("are whole: what touches the wall and sees nothing is wall", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const random = new Random(seed);
        const evidence = seen(() => random.uniform() < 0.3);
        const out = wallPlaces(lattice, evidence);
        for (let i = 0; i < places; i++) {
          if (out[i] === 1) expect(evidence.xx[i]).toBe(0);
          const beside = i % 32 < 31 ? i + 1 : i;
          if (evidence.xx[i] + evidence.xx[beside] === 0) expect(out[beside]).toBe(out[i]);
        }
      }),
      { seed: 7, numRuns: 30 },
    );
  });
});

const RADIUS = 34;
const radiusOf = (i: number) => Math.hypot((i % SIDE) - 63.5, Math.floor(i / SIDE) - 63.5);

/** A dark disc with texture before a light wall, with noise. */
function disc(random: Random, noise: number): Grey {
  const data = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const edge = 1 / (1 + Math.exp((radiusOf(i) - RADIUS) / 0.5));
    return 160 - edge * (80 + 20 * Math.sin(0.9 * (i % SIDE))) + noise * random.normal();
  });
  return { width: SIDE, height: SIDE, data };
}

/** What the lattice knows of it: its neighbourhoods see the disc from three places away. */
const known = Uint8Array.from({ length: places }, (_, i) =>
  Math.hypot((i % 32) - 16, Math.floor(i / 32) - 16) > RADIUS / 4 + 2.5 ? 1 : 0,
);

describe("the wall's pixels", () => {
  it("reach to the contour, to a pixel or two, whatever the noise", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 4, noNaN: true }), (seed, noise) => {
        const { inside, whole } = wallOf(disc(new Random(seed), noise), lattice, known);
        let [short, over, around] = [0, 0, 0];
        for (let i = 0; i < whole.length; i++) {
          expect(whole[i]).toBeGreaterThanOrEqual(inside[i]);
          if (radiusOf(i) > RADIUS + 2 && radiusOf(i) < RADIUS + 8) {
            around++;
            if (whole[i] === 0) short++;
          }
          if (radiusOf(i) < RADIUS - 2 && whole[i] === 1) over++;
        }
        expect(over).toBe(0);
        expect(short).toBeLessThan(0.05 * around);
      }),
      { seed: 8, numRuns: 20 },
    );
  });

  it("end where the reach ends, when nothing stops them", () => {
    const flat: Grey = { width: SIDE, height: SIDE, data: new Float32Array(SIDE * SIDE).fill(90) };
    const { whole } = wallOf(flat, lattice, known);
    expect(whole[64 * SIDE + 64]).toBe(0);
  });
});

describe("the flow behind a head", () => {
  const { inside, whole } = wallOf(disc(new Random(1), 1), lattice, known);
  const blurred = Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.min(1, Math.max(0, (48 - radiusOf(i)) / 14)),
  );
  const flow = { width: SIDE, height: SIDE, u: blurred, v: blurred.map((u) => 0.25 - u) };

  it("is the wall's own up to the contour, and the head's within", () => {
    const laid = behind(flow, { inside, whole });
    for (let i = 0; i < blurred.length; i++) {
      if (whole[i] === 0 || inside[i] === 1) expect([laid.u[i], laid.v[i]]).toEqual([flow.u[i], flow.v[i]]);
      else expect(Math.abs(laid.u[i])).toBeLessThan(0.1);
    }
    const beside = 64 * SIDE + Math.round(63.5 + RADIUS + 3);
    expect(flow.u[beside]).toBeGreaterThan(0.5);
    expect(laid.u[beside]).toBeLessThan(0.1);
    expect(laid.v[beside]).toBeGreaterThan(0.15);
  });

  it("is left alone where there is no wall", () => {
    const none = new Uint8Array(SIDE * SIDE);
    expect(behind(flow, { inside: none, whole: none })).toBe(flow);
  });
});
