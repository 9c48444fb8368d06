import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zeroFlow, type Flow } from "../flow/flow.ts";
import { similarityFlow } from "../flow/similarity.ts";
import { facialMotion } from "./motion.ts";
import { spotApex } from "./spot.ts";

/** A bump of `height` pixels upwards on the left cheek, over the head's own motion. */
function bump(size: number, height: number, head: Flow = zeroFlow(size, size)): Flow {
  const v = head.v.map((value, i) => {
    const [x, y] = [((i % size) + 0.5) / size, (Math.floor(i / size) + 0.5) / size];
    return value - height * Math.exp(-((x - 0.4) ** 2 + (y - 0.55) ** 2) / (2 * 0.1 ** 2));
  });
  return { ...head, v };
}

describe("facial motion", () => {
  it("grows with the face's motion, and is stated at 224 whatever the size", () => {
    expect(facialMotion(zeroFlow(112, 112))).toBe(0);
    expect(facialMotion(bump(112, 1))).toBeGreaterThan(facialMotion(bump(112, 0.5)) * 1.5);
    expect(facialMotion(bump(224, 2))).toBeCloseTo(facialMotion(bump(112, 1)), 1);
  });

  it("does not see the head's shift, turn and scale", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -0.02, max: 0.02, noNaN: true }),
        (shift, turn) => {
          const head = similarityFlow(
            { shiftX: shift, shiftY: -shift / 2, rotation: turn, scale: 1 + turn / 2 },
            112,
            112,
          );
          expect(facialMotion(head)).toBeLessThan(0.01);
          expect(Math.abs(facialMotion(bump(112, 1, head)) - facialMotion(bump(112, 1)))).toBeLessThan(0.05);
        },
      ),
      { seed: 3, numRuns: 15 },
    );
  });

  it("does not see what moves outside of the face", () => {
    const edge = zeroFlow(112, 112);
    for (let i = 0; i < edge.u.length; i++) if (i % 112 < 8 || i % 112 >= 104) edge.u[i] = 9;
    expect(facialMotion(edge)).toBeLessThan(0.05);
  });
});

/** From 0 up to 1 at the peak, and down to 0. */
const rise = (length: number, peak: number) =>
  Array.from({ length }, (_, i) => (i <= peak ? i / peak : (length - 1 - i) / (length - 1 - peak)));

describe("the apex on a curve", () => {
  it("is the frame of the largest motion, to a frame, under noise on every single one", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 8, max: 60 })
          .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: Math.ceil(n / 4), max: Math.floor((3 * n) / 4) }))),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        ([length, peak], noise) => {
          const clean = rise(length, peak);
          expect(Math.abs((spotApex(clean).position ?? -9) - peak)).toBeLessThanOrEqual(1 + length / 30);
          const step = 1 / Math.max(peak, length - 1 - peak);
          const noisy = clean.map((value, i) => value + (i === 0 ? 0 : (noise.next().value ?? 0) * step));
          expect(Math.abs((spotApex(noisy).position ?? -9) - peak)).toBeLessThanOrEqual(3 + length / 20);
        },
      ),
      { seed: 5 },
    );
  });

  it("is not drawn off by a single wild frame beside a broad motion", () => {
    const curve = rise(40, 20).map((value, i) => (i === 5 ? 1.02 : value));
    expect(Math.abs((spotApex(curve).position ?? -9) - 20)).toBeLessThanOrEqual(1);
  });

  it("is none where nothing moves, never the onset, and needs two frames", () => {
    expect(spotApex([0, 0, 0, 0]).position).toBeNull();
    expect(spotApex([0, 0.5]).position).toBe(1);
    expect(spotApex([0, 0.9, 0.1, 0.1]).position).toBe(1);
    expect(() => spotApex([0])).toThrow(/one frame only/);
    expect(spotApex([0, 1, 0]).smooth).toHaveLength(3);
  });
});
