import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitNormaliser, normaliseFlow, writer } from "./normaliser.ts";
import type { Picture } from "./pictures.ts";
import { picturesOf, sampleSet, subset } from "./samples.ts";

const shape = [2, 2, 2] as const;
const set = (pixels: Picture) =>
  sampleSet({
    shape,
    pictures: pixels,
    samples: Array.from({ length: pixels.length / 8 }, (_, i) => ({ label: i % 3, dataset: `d${i % 2}` })),
  });
const bytes = fc.integer({ min: 1, max: 6 }).chain((n) => fc.uint8Array({ minLength: n * 8, maxLength: n * 8 }));

describe("the normaliser", () => {
  it("brings every channel of its own samples to mean 0 and deviation 1", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (pixels) => {
        const own = set(pixels);
        const n = pixels.length / 8;
        const out = new Float32Array(pixels.length);
        writer(await fitNormaliser(own))(await picturesOf(own, Array.from(own.rows)), out);
        for (const c of [0, 1]) {
          const values = Array.from(out).filter((_, i) => Math.floor(i / 4) % 2 === c);
          const mean = values.reduce((a, b) => a + b, 0) / (n * 4);
          const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n * 4));
          expect(mean).toBeCloseTo(0, 4);
          const varies = new Set(values).size > 1;
          expect(deviation).toBeCloseTo(varies ? 1 : 0, 4);
        }
      }),
    );
  });

  it("sees the samples of its set alone, in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (own, foreign) => {
        const n = own.length / 8;
        const joined = set(Uint8Array.from([...own, ...foreign]));
        const indices = Array.from({ length: n }, (_, i) => n - 1 - i);
        expect(await fitNormaliser(subset(joined, indices))).toEqual(await fitNormaliser(set(own)));
      }),
    );
  });

  it("leaves floats as they are, and puts each picture after the one before", () => {
    const out = new Float32Array(12);
    const normaliser = { mean: [0, 0.2], deviation: [1, 0.4] };
    writer(normaliser)([Float32Array.of(9, 8, 7, 6), Uint8Array.of(0, 255, 51, 255), Float32Array.of(5, 4)], out);
    const fed = [9, 8, 7, 6, 0, 1, 0, 2, 5, 4, 0, 0];
    fed.forEach((x, i) => expect(out[i]).toBeCloseTo(x, 6));
  });

  it("has fixed constants for flow: zero motion is 0, and one pixel at 224 is 1", () => {
    const flow = Float32Array.of(0.5, 0.5 + 1 / 6, 0.5, 0.5 - 2 / 6, 0, 0.5);
    normaliseFlow(flow);
    [0, 1, 0, -2, 0, 3].forEach((x, i) => expect(flow[i]).toBeCloseTo(x, 5));
  });
});
