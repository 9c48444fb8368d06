import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zeroFlow, type Flow } from "./flow.ts";
import { endPointError } from "./metrics.ts";
import { fitSimilarity, removeGlobalMotion, similarityFlow, type Similarity } from "./similarity.ts";

const motions: fc.Arbitrary<Similarity> = fc.record({
  shiftX: fc.double({ min: -8, max: 8, noNaN: true }),
  shiftY: fc.double({ min: -8, max: 8, noNaN: true }),
  rotation: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
  scale: fc.double({ min: 0.95, max: 1.05, noNaN: true }),
});

/** A smile: two corners of the mouth go up and out, at 112 pixels. */
function smile(size: number): Flow {
  const flow = zeroFlow(size, size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      for (const side of [-1, 1]) {
        const weight = Math.exp(-((x - size / 2 - side * size * 0.15) ** 2 + (y - size * 0.7) ** 2) / (2 * 6 ** 2));
        flow.u[i] += side * 0.8 * weight;
        flow.v[i] -= 1.2 * weight;
      }
    }
  }
  return flow;
}

function sum(a: Flow, b: Flow): Flow {
  return { ...a, u: a.u.map((value, i) => value + b.u[i]), v: a.v.map((value, i) => value + b.v[i]) };
}

describe("global motion", () => {
  it("takes a pure similarity off to nothing, and names it", () => {
    fc.assert(
      fc.property(motions, fc.integer({ min: 20, max: 90 }), (motion, size) => {
        const rigid = similarityFlow(motion, size, size);
        const found = removeGlobalMotion(rigid);
        expect(endPointError(found.flow, zeroFlow(size, size))).toBeLessThan(1e-3);
        expect(found.motion.shiftX).toBeCloseTo(motion.shiftX, 3);
        expect(found.motion.shiftY).toBeCloseTo(motion.shiftY, 3);
        expect(found.motion.rotation).toBeCloseTo(motion.rotation, 4);
        expect(found.motion.scale).toBeCloseTo(motion.scale, 4);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it("leaves a smile as it is under any head motion", () => {
    const local = smile(112);
    fc.assert(
      fc.property(motions, (motion) => {
        const found = removeGlobalMotion(sum(local, similarityFlow(motion, 112, 112)));
        expect(endPointError(found.flow, local)).toBeLessThan(0.02);
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  it("follows the face and not a still background that fills the picture's border", () => {
    const size = 112;
    const motion: Similarity = { shiftX: 1.5, shiftY: -1, rotation: 0.01, scale: 1 };
    const moving = similarityFlow(motion, size, size);
    const outside = (i: number) => Math.hypot((i % size) - 55.5, (Math.floor(i / size) - 55.5) * 0.8) > 40;
    const flow = {
      ...moving,
      u: moving.u.map((value, i) => (outside(i) ? 0 : value)),
      v: moving.v.map((value, i) => (outside(i) ? 0 : value)),
    };
    const found = fitSimilarity(flow);
    expect(found.shiftX).toBeCloseTo(1.5, 2);
    expect(found.shiftY).toBeCloseTo(-1, 2);
    expect(found.rotation).toBeCloseTo(0.01, 3);
  });

  it("finds no motion in no motion", () => {
    expect(fitSimilarity(zeroFlow(16, 16))).toEqual({ shiftX: 0, shiftY: 0, rotation: 0, scale: 1 });
  });
});
