import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toGrey, type Grey, type Picture } from "../../pictures/picture.ts";
import { readPicture } from "../../pictures/read.ts";
import type { Flow } from "../flow.ts";
import { endPointError } from "../metrics.ts";
import { similarityFlow } from "../similarity.ts";
import { TVL1, tvl1, tvl1Options } from "./tvl1.ts";

const FIXTURES = join(import.meta.dirname, "../../../../test/fixtures/flow");
const DEFAULTS = tvl1Options.parse({});

/** A texture without edges: a few waves, moved by whole and broken pixels alike. 0..255. */
function waves(options: { seed: number; size: number; shiftX?: number; shiftY?: number }): Grey {
  const { seed, size, shiftX = 0, shiftY = 0 } = options;
  const data = new Float32Array(size * size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      let sum = 128;
      for (let k = 1; k <= 6; k++) {
        const angle = seed + k * 2.4;
        const along = Math.cos(angle) * (x - shiftX) + Math.sin(angle) * (y - shiftY);
        sum += 18 * Math.sin((along * 2 * Math.PI) / (5 + 4 * k) + k * seed);
      }
      data[i] = sum;
    }
  }
  return { width: size, height: size, data };
}

function picture(width: number, height: number, value = 0): Picture {
  return { width, height, rgb: new Uint8Array(width * height * 3).fill(value) };
}

const black = (a: [number, number], b: [number, number]) =>
  TVL1.compute({ onset: picture(...a), apex: picture(...b) }, DEFAULTS);

const bump = z.object({ x: z.number(), y: z.number(), sigma: z.number(), u: z.number(), v: z.number() });
const rigid = z.object({ shiftX: z.number(), shiftY: z.number(), rotation: z.number(), scale: z.number() });
const fixtures = z.object({
  size: z.int(),
  pairs: z.array(z.object({ name: z.string(), bumps: z.array(bump), rigid, skimageEndPointError: z.number() })),
});

function truthOf(pair: z.infer<typeof fixtures>["pairs"][number], size: number): Flow {
  const flow = similarityFlow(pair.rigid, size, size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      for (const b of pair.bumps) {
        const weight = Math.exp(-((x - b.x) ** 2 + (y - b.y) ** 2) / (2 * b.sigma ** 2));
        flow.u[i] += b.u * weight;
        flow.v[i] += b.v * weight;
      }
    }
  }
  return flow;
}

describe("TV-L1", () => {
  it("is nearer the truth than scikit-image's TV-L1 on every fixture", async () => {
    const { size, pairs } = fixtures.parse(JSON.parse(readFileSync(join(FIXTURES, "pairs.json"), "utf8")));
    expect(pairs.length).toBe(3);
    for (const pair of pairs) {
      const onset = await readPicture(join(FIXTURES, `${pair.name}-onset.png`));
      const apex = await readPicture(join(FIXTURES, `${pair.name}-apex.png`));
      const error = endPointError(await TVL1.compute({ onset, apex }, DEFAULTS), truthOf(pair, size));
      expect(error, `pair ${pair.name}`).toBeLessThan(pair.skimageEndPointError);
      expect(error, `pair ${pair.name}`).toBeLessThan(0.08);
    }
  });

  it("finds a shift of up to 3 pixels to a twentieth of a pixel", () => {
    const shift = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), shift, shift, (seed, shiftX, shiftY) => {
        const size = 64;
        const flow = tvl1(waves({ seed, size }), waves({ seed, size, shiftX, shiftY }), DEFAULTS);
        const truth = similarityFlow({ shiftX, shiftY, rotation: 0, scale: 1 }, size, size);
        const inner = flow.u.map((_, i) =>
          Math.min(i % size, size - 1 - (i % size), i / size, size - 1 - i / size) < 6 ? 0 : 1,
        );
        expect(endPointError(flow, truth, inner)).toBeLessThan(0.05);
      }),
      { seed: 4, numRuns: 25 },
    );
  });

  it("finds no motion between equal frames, whatever they show", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24 * 20 * 3, maxLength: 24 * 20 * 3 }), (rgb) => {
        const grey = toGrey({ width: 24, height: 20, rgb });
        const flow = tvl1(grey, grey, DEFAULTS);
        for (const part of [...flow.u, ...flow.v]) expect(Math.abs(part)).toBeLessThan(0.02);
      }),
      { seed: 5, numRuns: 20 },
    );
  });

  it("finds nothing, and no NaN, in black or flat frames, even of two brightnesses", async () => {
    for (const [onset, apex] of [
      [0, 0],
      [0, 255],
      [90, 93],
    ]) {
      const flow = await TVL1.compute({ onset: picture(40, 30, onset), apex: picture(40, 30, apex) }, DEFAULTS);
      expect(flow.u.every((value) => value === 0) && flow.v.every((value) => value === 0)).toBe(true);
    }
  });

  it("gives finite numbers for any two frames", () => {
    const frame = fc.uint8Array({ minLength: 17 * 19 * 3, maxLength: 17 * 19 * 3 });
    fc.assert(
      fc.property(frame, frame, (a, b) => {
        const flow = tvl1(
          toGrey({ width: 17, height: 19, rgb: a }),
          toGrey({ width: 17, height: 19, rgb: b }),
          DEFAULTS,
        );
        expect(flow.u.every(Number.isFinite) && flow.v.every(Number.isFinite)).toBe(true);
      }),
      { seed: 6, numRuns: 30 },
    );
  });

  it("refuses frames of two sizes, naming both, and frames too small", async () => {
    await expect(black([40, 30], [30, 40])).rejects.toThrow(/40 x 30.*30 x 40/);
    await expect(black([1, 40], [1, 40])).rejects.toThrow(/16 x 16.*1 x 40/);
  });
});
