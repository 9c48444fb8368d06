import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Raster, tones } from "./raster.ts";

const TONES = tones({ exposure: 1, contrast: 0 });
const WHITE = { width: 2, height: 2, rgb: new Float32Array(12).fill(1), alpha: null };

function surface(points: readonly (readonly [number, number])[], depth: number, light: number) {
  const n = points.length;
  return {
    triangles: Uint32Array.from([0, 1, 2, ...(n === 4 ? [0, 2, 3] : [])]),
    screen: Float32Array.from(points.flatMap(([x, y]) => [x, y, depth])),
    uv: new Float32Array(n * 2).fill(0.5),
    light: Float32Array.from(points.flatMap(() => [light, light, light, 0])),
    texture: WHITE,
  };
}

const covered = (raster: Raster) => raster.depth.filter((z) => z > -Infinity).length;
/** As it faces the viewer: y runs downwards on the screen. */
const SQUARE = [
  [4, 4],
  [4, 16],
  [16, 16],
  [16, 4],
] as const;

describe("rasteriser", () => {
  it("covers as many samples as a triangle has area", () => {
    const at = fc.tuple(fc.double({ min: 2, max: 62, noNaN: true }), fc.double({ min: 2, max: 62, noNaN: true }));
    fc.assert(
      fc.property(fc.tuple(at, at, at), (points) => {
        const [a, b, c] = points;
        const doubled = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
        const raster = new Raster({ width: 64, height: 64 }, TONES);
        raster.draw(surface(points, 1, 0.5));
        if (doubled >= 0) {
          expect(covered(raster)).toBe(0);
          return;
        }
        const outline =
          Math.hypot(b[0] - a[0], b[1] - a[1]) +
          Math.hypot(c[0] - b[0], c[1] - b[1]) +
          Math.hypot(a[0] - c[0], a[1] - c[1]);
        expect(Math.abs(covered(raster) / 4 + doubled / 2)).toBeLessThan(2 + outline * 0.4);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it("leaves no gap between neighbours", () => {
    const raster = new Raster({ width: 20, height: 20 }, TONES);
    raster.draw(surface(SQUARE, 1, 0.5));
    expect(covered(raster)).toBe(12 * 12 * 4);
  });

  it("shows the nearer surface whatever is drawn first", () => {
    const near = surface(SQUARE, 5, 0.9);
    const far = surface(
      SQUARE.map(([x, y]) => [x + 3, y + 3] as const),
      1,
      0.1,
    );
    const images = [
      [near, far],
      [far, near],
    ].map((order) => {
      const raster = new Raster({ width: 24, height: 24 }, TONES);
      for (const one of order) raster.draw(one);
      return raster.colour;
    });
    expect(images[0]).toEqual(images[1]);
    expect(images[0][(10 * 24 + 10) * 4]).toBe(new Raster({ width: 1, height: 1 }, TONES).pack(0.9, 0.9, 0.9));
  });

  it("smooths an edge by the share of the pixel that is covered", () => {
    const raster = new Raster({ width: 20, height: 20 }, TONES);
    raster.draw(
      surface(
        SQUARE.map(([x, y]) => [x + 0.5, y] as const),
        1,
        0.5,
      ),
    );
    const samples = [0, 1, 2, 3].map((k) => raster.depth[(8 * 20 + 4) * 4 + k] > -Infinity);
    expect(samples).toEqual([false, true, false, true]);
  });

  it("cuts holes where the texture is transparent", () => {
    const raster = new Raster({ width: 20, height: 20 }, TONES);
    raster.draw({ ...surface(SQUARE, 1, 0.5), texture: { ...WHITE, alpha: new Float32Array(4) } });
    expect(covered(raster)).toBe(0);
  });
});
