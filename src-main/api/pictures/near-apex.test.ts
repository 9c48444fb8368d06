import { assert, integer, nat, property, uniqueArray } from "fast-check";
import { expect, it } from "vitest";
import { bareSample } from "../../../test/fixtures/store/studies.ts";
import { nearApex } from "./near-apex.ts";

const framed = (numbers: readonly number[]) => ({
  ...bareSample("samm", "c"),
  frames: { folder: "/data/c", files: numbers.map((n): [number, string] => [n, `img${n}.jpg`]) },
});
const SOME = [10, 12, 20];

it.each([
  [{ apex: 14, onset: 10, offset: 20 }, "frame 12"],
  [{ apex: 99, onset: 10, offset: 20 }, "frame 20"],
  [{ apex: 11, onset: 10, offset: 20 }, "frame 10"], // of two the earlier
  [{ apex: null, onset: 18, offset: 30 }, "frame 20"],
  [{ apex: null, onset: 13, offset: null }, "frame 12"],
  [{ apex: null, onset: null, offset: null }, "frame 12"],
])("of %o it is %s", (coded, words) => {
  expect(nearApex({ ...framed(SOME), ...coded })?.words).toBe(words);
});

it("without frames it is another picture, else none", () => {
  const none = { ...bareSample("samm", "c"), frames: null, onsetImage: null, flowImage: null, apex: 3 };
  expect(nearApex(none)).toBeNull();
  expect(nearApex({ ...none, flowImage: "/f.png" })).toEqual({ file: "/f.png", words: "flow picture" });
  expect(nearApex({ ...none, flowImage: "/f.png", onsetImage: "/o.png" })?.words).toBe("onset picture");
});

it("no frame that is there is nearer", () => {
  const numbers = uniqueArray(nat(500), { minLength: 1 }).map((all) => all.sort((a, b) => a - b));
  assert(
    property(numbers, integer({ min: -100, max: 700 }), (all, apex) => {
      const found = Number(nearApex({ ...framed(all), apex })?.words.slice("frame ".length));
      expect(Math.abs(found - apex)).toBe(Math.min(...all.map((n) => Math.abs(n - apex))));
    }),
  );
});
