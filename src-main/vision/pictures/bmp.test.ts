import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bmpHeader, decodeBmp, encodeBmp } from "./bmp.ts";
import type { Picture } from "./picture.ts";

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((rgb): Picture => ({ width, height, rgb })),
  );

/** Bitmaps of other kinds, built by hand from their description. */
function build(options: { bits: 8 | 32; topDown?: boolean; masks?: boolean; size?: [number, number] }): Uint8Array {
  const { bits, topDown = false, masks = false, size = [3, 2] } = options;
  const extra = bits === 8 ? 4 * 4 : masks ? 12 : 0;
  const stride = bits === 8 ? Math.ceil(size[0] / 4) * 4 : size[0] * 4;
  const bytes = new Uint8Array(54 + extra + stride * size[1]);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54 + extra, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, size[0], true);
  view.setInt32(22, topDown ? -size[1] : size[1], true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  if (masks) view.setUint32(30, 3, true);
  if (bits === 8) {
    view.setUint32(46, 4, true);
    for (let i = 0; i < 4; i++) bytes.set([i * 10, i * 10 + 1, i * 10 + 2, 0], 54 + i * 4);
  }
  if (masks) [0xff0000, 0xff00, 0xff].forEach((mask, i) => view.setUint32(54 + i * 4, mask, true));
  for (let y = 0; y < size[1]; y++) {
    for (let x = 0; x < size[0]; x++) {
      const at = 54 + extra + y * stride;
      const index = (y * size[0] + x) % 4;
      if (bits === 8) bytes[at + x] = index;
      else bytes.set([index * 10, index * 10 + 1, index * 10 + 2, 255], at + x * 4);
    }
  }
  return bytes;
}

describe("decodeBmp", () => {
  it("gives back what encodeBmp wrote", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(decodeBmp(encodeBmp(picture))).toEqual(picture);
      }),
      { seed: 1 },
    );
  });

  it.each([
    { bits: 8 as const },
    { bits: 8 as const, topDown: true },
    { bits: 32 as const },
    { bits: 32 as const, topDown: true, masks: true },
  ])("reads a bitmap of kind %j", (kind) => {
    const picture = decodeBmp(build(kind));
    if ("reason" in picture) throw new Error(picture.reason);
    const firstRow = [2, 1, 0, 12, 11, 10, 22, 21, 20];
    const secondRow = [32, 31, 30, 2, 1, 0, 12, 11, 10];
    expect([...picture.rgb]).toEqual(kind.topDown ? [...firstRow, ...secondRow] : [...secondRow, ...firstRow]);
  });

  it("notices every truncation", () => {
    fc.assert(
      fc.property(pictures, fc.double({ min: 0, max: 0.999, noNaN: true }), (picture, kept) => {
        const bytes = encodeBmp(picture);
        expect(decodeBmp(bytes.subarray(0, Math.floor(bytes.length * kept)))).toHaveProperty("reason");
      }),
      { seed: 2 },
    );
  });

  it("reads or refuses any damaged bitmap, and never throws or reads outside the file", () => {
    const damage = fc.array(fc.tuple(fc.integer({ min: 2, max: 75 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(build({ bits: 8 }), build({ bits: 32, masks: true })), damage, (whole, changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const picture = decodeBmp(bytes);
        if (!("reason" in picture)) expect(picture.rgb.length).toBe(picture.width * picture.height * 3);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it("says what it does not read", () => {
    const refuse = (change: (view: DataView) => void, reason: RegExp) => {
      const bytes = build({ bits: 8 });
      change(new DataView(bytes.buffer));
      const header = bmpHeader(bytes);
      expect("reason" in header ? header.reason : "").toMatch(reason);
    };
    refuse((view) => view.setUint16(28, 4, true), /4 bits/);
    refuse((view) => view.setUint32(30, 1, true), /compressed/);
    refuse((view) => view.setInt32(18, 2 ** 30, true), /100 megapixels/);
    refuse((view) => view.setInt32(22, 0, true), /makes no sense/);
    refuse((view) => view.setUint32(10, 20, true), /overlap/);
    refuse((view) => view.setUint32(46, 300, true), /palette/);
    refuse((view) => view.setUint32(14, 12, true), /header of 12/);
    const colours = build({ bits: 8 });
    colours[colours.length - 2] = 9;
    expect(decodeBmp(colours)).toEqual({ reason: expect.stringMatching(/outside the palette/) });
  });
});
