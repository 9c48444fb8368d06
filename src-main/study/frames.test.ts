import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameFile, frameNumber, isPicture, middleFrame, missingRanges, rangesText, scanFrames } from "./frames.ts";

describe("frame numbers", () => {
  it.each([
    ["img46.jpg", 46],
    ["006_05562.jpg", 5562],
    ["reg_EP01_5-113.jpg", 113],
    ["EP01_5-113.jpg", 113],
    ["image559740.jpg", 559740],
    ["reg_image559740.bmp", 559740],
    ["1.jpg", 1],
    ["069.jpg", 69],
    ["img0.png", 0],
    ["v2_frame12_left.tif", 12],
    ["cover.jpg", null],
    ["img99999999999999999999.jpg", null],
  ])("%s is frame %s", (name, number) => {
    expect(frameNumber(name)).toBe(number);
  });

  it("knows pictures by their ending", () => {
    expect(["a1.JPG", "a1.jpeg", "a1.png", "a1.bmp", "a1.tif", "a1.TIFF"].every(isPicture)).toBe(true);
    expect(["Thumbs.db", "a1.csv", "a1.jpg.txt", "jpg", "a1.avi"].some(isPicture)).toBe(false);
  });
});

describe("scanning", () => {
  it("sorts by number whatever the padding, and finds 69 as 069", () => {
    const numbers = fc.uniqueArray(fc.nat({ max: 2000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 6 }), (chosen, digits) => {
        const name = (number: number) => `reg_EP01_5-${String(number).padStart(digits, "0")}.jpg`;
        const { frames, repeated } = scanFrames("/clip", chosen.map(name));
        const sorted = chosen.toSorted((a, b) => a - b);
        expect(frames.files).toEqual(sorted.map((number) => [number, name(number)]));
        expect(repeated.size).toBe(0);
        for (const number of chosen) expect(frameFile(frames, number)).toBe(name(number));
      }),
      { seed: 1 },
    );
  });

  it("reports repeated numbers and pictures without one", () => {
    const { frames, repeated, unnumbered } = scanFrames("/clip", ["img2.jpg", "img02.jpg", "img1.jpg", "cover.jpg"]);
    expect(frames.files).toEqual([
      [1, "img1.jpg"],
      [2, "img02.jpg"],
    ]);
    expect([...repeated]).toEqual([[2, ["img02.jpg", "img2.jpg"]]]);
    expect(unnumbered).toEqual(["cover.jpg"]);
  });

  it("lists exactly the missing numbers", () => {
    const present = fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 40 });
    fc.assert(
      fc.property(present, fc.nat({ max: 40 }), fc.nat({ max: 40 }), (chosen, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const { frames } = scanFrames(
          "/clip",
          chosen.map((number) => `${number}.jpg`),
        );
        const missing = missingRanges(frames, from, to).flatMap(([low, high]) =>
          Array.from({ length: high - low + 1 }, (_, i) => low + i),
        );
        const expected = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((n) => !chosen.includes(n));
        expect(missing).toEqual(expected);
      }),
      { seed: 2 },
    );
    expect(
      rangesText([
        [47, 49],
        [52, 52],
      ]),
    ).toBe("47-49, 52");
  });
});

describe("the middle frame", () => {
  it("is the nearest to the middle, the earlier of two, and inside onset..offset", () => {
    const frames = scanFrames(
      "/clip",
      [1, 4, 6, 9, 20].map((number) => `${number}.jpg`),
    ).frames;
    expect(middleFrame(frames, 1, 9)).toBe(4); // 4 and 6 are as near to 5
    expect(middleFrame(frames, 1, 10)).toBe(6);
    expect(middleFrame(frames, 4, 35)).toBe(20);
    expect(middleFrame(frames, 10, 19)).toBeNull();
  });
});
