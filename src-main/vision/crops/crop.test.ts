import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Picture } from "../pictures/picture.ts";
import { cropBox, cropFrame } from "./crop.ts";

describe("cropBox", () => {
  it("is the largest centred square, to half a pixel", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 }), (width, height) => {
        const box = cropBox("centre-square", { width, height });
        expect(box.width).toBe(Math.min(width, height));
        expect(box.height).toBe(box.width);
        expect(Math.abs(box.left - (width - box.left - box.width))).toBeLessThanOrEqual(1);
        expect(Math.abs(box.top - (height - box.top - box.height))).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });

  it("keeps the whole of a picture that is a crop already", () => {
    expect(cropBox("resize", { width: 190, height: 230 })).toEqual({ left: 0, top: 0, width: 190, height: 230 });
  });
});

describe("cropFrame", () => {
  it("shows the middle of a wide frame and nothing of its sides", () => {
    const rgb = new Uint8Array(30 * 10 * 3).map((_, i) =>
      Math.floor(i / 3) % 30 >= 10 && Math.floor(i / 3) % 30 < 20 ? 200 : 0,
    );
    const frame: Picture = { width: 30, height: 10, rgb };
    const shown = cropFrame(frame, cropBox("centre-square", frame), 5);
    expect(shown).toEqual({ width: 5, height: 5, rgb: new Uint8Array(75).fill(200) });
  });
});
