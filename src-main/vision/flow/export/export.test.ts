import * as fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Flow } from "../flow.ts";
import { decodeFlo, encodeFlo } from "./flo.ts";
import { encodeKitti } from "./kitti.ts";

const sides = fc.integer({ min: 1, max: 9 });
const flows = (most: number): fc.Arbitrary<Flow> =>
  fc.tuple(sides, sides).chain(([width, height]) => {
    const plane = fc
      .array(fc.float({ min: -most, max: most, noNaN: true }), { minLength: width * height, maxLength: width * height })
      .map((values) => Float32Array.from(values));
    return fc.record({ width: fc.constant(width), height: fc.constant(height), u: plane, v: plane });
  });

/** The ends of 16 bits. */
const cut = (value: number) => Math.min(511.984375, Math.max(-512, value));

describe("a flow as a file for others", () => {
  it("goes through .flo and back unchanged, pixel after pixel", () => {
    fc.assert(
      fc.property(flows(1000), (flow) => {
        expect(decodeFlo(encodeFlo(flow), "a.flo")).toEqual(flow);
      }),
      { seed: 1 },
    );
    const bytes = encodeFlo({ width: 1, height: 1, u: Float32Array.of(1.5), v: Float32Array.of(-2) });
    expect(Buffer.from(bytes).toString("hex")).toBe("5049454801000000010000000000c03f000000c0");
  });

  it("refuses what is no .flo, or cut off, by name", () => {
    const whole = encodeFlo({ width: 2, height: 1, u: new Float32Array(2), v: new Float32Array(2) });
    expect(() => decodeFlo(whole.subarray(0, 20), "b.flo")).toThrow(/b\.flo.*2 x 1 pixels.*8 bytes/);
    expect(() => decodeFlo(new Uint8Array(40), "c.flo")).toThrow(/c\.flo.*no \.flo/);
  });

  it("keeps 16 bits in KITTI's picture: 64 steps a pixel about 2^15, valid everywhere", async () => {
    await fc.assert(
      fc.asyncProperty(flows(600), async (flow) => {
        const png = await encodeKitti(flow);
        expect((await sharp(png).metadata()).depth).toBe("ushort");
        const { data, info } = await sharp(png)
          .toColourspace("rgb16")
          .raw({ depth: "ushort" })
          .toBuffer({ resolveWithObject: true });
        expect([info.width, info.height, info.channels]).toEqual([flow.width, flow.height, 3]);
        const held = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
        for (let i = 0; i < flow.u.length; i++) {
          expect(Math.abs((held[3 * i] - 2 ** 15) / 64 - cut(flow.u[i]))).toBeLessThan(0.008);
          expect(Math.abs((held[3 * i + 1] - 2 ** 15) / 64 - cut(flow.v[i]))).toBeLessThan(0.008);
          expect(held[3 * i + 2]).toBe(1);
        }
      }),
      { seed: 1, numRuns: 15 },
    );
  });
});
