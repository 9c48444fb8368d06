import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClipIndex, looseName, looseSubject } from "./match.ts";

describe("spellings", () => {
  it.each([
    ["sub01", "01"],
    ["01", "1"],
    ["sub01", "1"],
    ["s1", "s01"],
    ["6", "006"],
    ["S20", "20"],
    ["Subject 3", "03"],
  ])("subject %s is %s", (a, b) => {
    expect(looseSubject(a)).toBe(looseSubject(b));
  });

  it.each([
    ["s1_ne_01", "s01_ne_01"],
    ["006_1_2", "6_1_2"],
    ["EP02_01f", "ep02_1F"],
    ["S01-01-001", "s1_1_1"],
    ["EP01 5", "EP01_5"],
  ])("clip %s is %s", (a, b) => {
    expect(looseName(a)).toBe(looseName(b));
  });

  it("keeps apart what differs", () => {
    expect(looseSubject("10")).not.toBe(looseSubject("1"));
    expect(looseSubject("A1")).not.toBe(looseSubject("1"));
    expect(looseName("EP02_01f")).not.toBe(looseName("EP02_01"));
    expect(looseName("s1_ne_10")).not.toBe(looseName("s1_ne_01"));
    expect(looseName("s11_ne_1")).not.toBe(looseName("s1_1ne_1"));
  });
});

const folder = (subject: string | null, clip: string) => ({ subject, clip });

const pad = (value: number, width: number) => String(value).padStart(width, "0");

describe("ClipIndex", () => {
  it("finds any of the release's spellings again, and never another clip", () => {
    const keys = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 })), {
      selector: ([subject, index]) => `${subject}/${index}`,
      minLength: 1,
      maxLength: 30,
    });
    const digits = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(keys, digits, digits, (list, a, b) => {
        const folders = list.map(([subject, index]) => folder(`sub${pad(subject, a)}`, `EP02_${pad(index, a)}f`));
        const clips = new ClipIndex(folders);
        for (const [i, [subject, index]] of list.entries()) {
          const match = clips.find(pad(subject, b), `EP02_${pad(index, b)}f`);
          expect(match).toEqual({ kind: "tolerant", found: folders[i] });
        }
        expect(clips.find("41", "EP02_1f").kind).toBe("none");
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("prefers what is spelled the same", () => {
    const clips = new ClipIndex([folder("1", "EP_1"), folder("01", "EP_1"), folder("01", "EP_01")]);
    expect(clips.find("01", "EP_1")).toEqual({ kind: "exact", found: folder("01", "EP_1") });
    expect(clips.find("1", "EP_01")).toEqual({ kind: "tolerant", found: folder("01", "EP_01") });
    expect(clips.find("001", "EP_1").kind).toBe("ambiguous");
  });

  it("matches by clip alone where the folders, or the asker, name no subject", () => {
    const clips = new ClipIndex([folder(null, "S01-01-001"), folder("2", "x_1")]);
    expect(clips.find("1", "S01-01-001").kind).toBe("exact");
    expect(clips.find("", "x_1").kind).toBe("tolerant");
    expect(clips.find("3", "x_1").kind).toBe("none");
  });
});
