import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFlow, encodeFlowPicture, MOTION_RANGE, STRAIN_RANGE } from "./encode.ts";
import { flowFromArray, flowToArray, zeroFlow, type Flow } from "./flow.ts";
import { endPointError } from "./metrics.ts";
import { similarityFlow } from "./similarity.ts";
import { opticalStrain } from "./strain.ts";
import { flowWheel } from "./wheel.ts";

function filled(size: number, u: number, v: number): Flow {
  return {
    width: size,
    height: size,
    u: new Float32Array(size * size).fill(u),
    v: new Float32Array(size * size).fill(v),
  };
}

function colour(u: number, v: number): number[] {
  return [...flowWheel({ width: 1, height: 1, u: Float32Array.of(u), v: Float32Array.of(v) }, 2).rgb];
}

describe("opticalStrain", () => {
  it("is zero for a shift, and |e| of a known stretch and shear", () => {
    expect(opticalStrain(filled(7, 3, -2)).every((value) => value === 0)).toBe(true);
    const flow = zeroFlow(9, 8);
    for (let i = 0; i < 72; i++) {
      const x = i % 9;
      const y = Math.floor(i / 9);
      flow.u[i] = 0.1 * x + 0.04 * y;
      flow.v[i] = 0.02 * x - 0.05 * y;
    }
    const expected = Math.sqrt(0.1 ** 2 + 0.05 ** 2 + 2 * 0.03 ** 2);
    for (const value of opticalStrain(flow)) expect(value).toBeCloseTo(expected, 6);
  });

  it("does not see a small rotation", () => {
    const turned = similarityFlow({ shiftX: 1, shiftY: 1, rotation: 0.01, scale: 1 }, 32, 32);
    expect(Math.max(...opticalStrain(turned))).toBeLessThan(1e-4);
  });
});

describe("encodeFlow", () => {
  it("puts no motion at 1/2, 1/2, 0 in both forms", () => {
    for (const form of ["uv-strain", "uv-magnitude"] as const) {
      const planes = encodeFlow(zeroFlow(32, 32), form, 8);
      expect([...planes]).toEqual(Array.from({ length: 192 }, (_, i) => (i < 128 ? 0.5 : 0)));
    }
  });

  it("means the same whatever size the flow was computed at", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(56, 112, 224, 300),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (size, u, v) => {
          const planes = encodeFlow(filled(size, (u * size) / 224, (v * size) / 224), "uv-magnitude", 16);
          expect(planes[100]).toBeCloseTo(0.5 + u / MOTION_RANGE / 2, 5);
          expect(planes[356]).toBeCloseTo(0.5 + v / MOTION_RANGE / 2, 5);
          expect(planes[612]).toBeCloseTo(Math.min(1, Math.hypot(u, v) / MOTION_RANGE), 5);
        },
      ),
      { seed: 1, numRuns: 20 },
    );
  });

  it("reaches the ends at the stated ranges and is cut off beyond them", () => {
    const ends = encodeFlow(filled(224, MOTION_RANGE, -MOTION_RANGE), "uv-magnitude", 1);
    expect([...ends]).toEqual([1, 0, 1]);
    expect([...encodeFlow(filled(224, 99, -99), "uv-magnitude", 1)]).toEqual([1, 0, 1]);
    const stretched = similarityFlow(
      { shiftX: 0, shiftY: 0, rotation: 0, scale: 1 + STRAIN_RANGE / Math.SQRT2 / 2 },
      64,
      64,
    );
    expect(encodeFlow(stretched, "uv-strain", 1)[2]).toBeCloseTo(0.5, 5);
  });

  it("gives the same three channels as bytes", () => {
    const flow = similarityFlow({ shiftX: 0.3, shiftY: 0.1, rotation: 0.01, scale: 1.01 }, 40, 40);
    const planes = encodeFlow(flow, "uv-strain", 20);
    const { rgb } = encodeFlowPicture(flow, "uv-strain", 20);
    for (let i = 0; i < 400; i++) {
      for (let c = 0; c < 3; c++)
        expect(Math.abs(rgb[3 * i + c] / 255 - planes[c * 400 + i])).toBeLessThan(0.5001 / 255);
    }
  });
});

describe("flow arrays, errors and colours", () => {
  it("goes through [2, height, width] and back, and refuses other shapes", () => {
    const flow = similarityFlow({ shiftX: 1, shiftY: 2, rotation: 0.1, scale: 1 }, 5, 3);
    const array = flowToArray(flow);
    expect(array.shape).toEqual([2, 3, 5]);
    expect(flowFromArray(array, "x")).toEqual(flow);
    expect(() => flowFromArray({ shape: [3, 5, 2], data: array.data }, "flow.npy")).toThrow(/flow\.npy.*\(3, 5, 2\)/);
  });

  it("measures end-point errors, masked too, and refuses other sizes", () => {
    const truth = zeroFlow(4, 4);
    expect(endPointError(filled(4, 3, 4), truth)).toBe(5);
    const half = filled(4, 0, 0);
    half.u[0] = 2;
    expect(endPointError(half, truth)).toBe(2 / 16);
    expect(endPointError(half, truth, [1, 1, ...Array.from({ length: 14 }, () => 0)])).toBe(1);
    expect(() => endPointError(zeroFlow(3, 4), truth)).toThrow(/3 x 4.*4 x 4/);
    expect(() => endPointError(half, truth, [1])).toThrow(/mask of 1/);
  });

  it("colours no motion white, right, down and left by the hues of the wheel, and longer than full darker", () => {
    expect(colour(0, 0)).toEqual([255, 255, 255]);
    expect(colour(2, 0)).toEqual([255, 0, 0]);
    expect(colour(9, 0)).toEqual([191, 0, 0]);
    expect(colour(0, 2)).toEqual([255, 230, 0]);
    expect(colour(-2, 0)).toEqual([0, 209, 255]);
    expect(colour(0, -2)).toEqual([88, 0, 255]);
    expect(colour(1, 0)).toEqual([255, 128, 128]);
  });
});
