import { describe, expect, it } from "vitest";
import { countClasses } from "../contract/classes.ts";
import { DATASET_IDS, KNOWN_COUNTS, type DatasetId } from "../contract/datasets.ts";
import type { LabelRule } from "../contract/sample.ts";
import { classOf, classOrNull, classWord, presetRule, type Labelled } from "./presets.ts";

/** Emotions as the releases' public coding tables count them. */
const EMOTIONS: Record<DatasetId, Record<string, number>> = {
  smic: { ne: 70, po: 51, sur: 43 },
  casme: { disgust: 44, sadness: 6, fear: 2, contempt: 1, happiness: 9, surprise: 21, tense: 69, repression: 38 },
  casme2: { others: 99, disgust: 63, happiness: 32, repression: 27, surprise: 25, sadness: 7, fear: 2 },
  samm: { Anger: 57, Happiness: 26, Other: 26, Surprise: 15, Contempt: 12, Disgust: 9, Fear: 8, Sadness: 6 },
  mmew: { surprise: 89, disgust: 72, happiness: 36, fear: 16, sadness: 13, anger: 8, others: 66 },
};

const labelled = (dataset: string, emotion: string | null): Labelled => ({
  dataset,
  subject: "1",
  clip: "a",
  emotion,
  label: null,
});

describe.each(["paper", "megc2019"] as const)("preset %s", (name) => {
  const rule: LabelRule = { kind: "preset", name };
  it.each(DATASET_IDS)("gives the published counts of %s", (dataset) => {
    const samples = Object.entries(EMOTIONS[dataset]).flatMap(([emotion, count]) =>
      Array.from({ length: count }, () => labelled(dataset, emotion)),
    );
    for (const sample of samples) expect([sample.emotion, classOf(sample, rule).kind]).not.toContain("unmapped");
    const [known] = KNOWN_COUNTS[name][dataset] ?? [];
    const counts = countClasses(samples.map((sample) => classOrNull(sample, rule)));
    if (known !== undefined) expect({ release: known.release, ...counts }).toEqual(known);
    else expect(counts.positive).toBe(KNOWN_COUNTS.paper[dataset]?.[0].positive); // no rule of 2019: only the grouping of negative differs
  });
});

describe("classOf", () => {
  const paper: LabelRule = { kind: "preset", name: "paper" };

  it("ignores case and blanks, and tells outside from unknown", () => {
    expect(classOf(labelled("casme2", " Happi ness "), paper)).toEqual({ kind: "class", class: "positive" });
    expect(classOf(labelled("casme2", "Others"), paper)).toEqual({ kind: "outside" });
    expect(classOf(labelled("casme2", "hapiness"), paper)).toEqual({ kind: "unmapped", emotion: "hapiness" });
    expect(classOf(labelled("casme2", null), paper)).toEqual({ kind: "unmapped", emotion: null });
    for (const word of ["constructor", "__proto__", "toString"]) {
      expect(classOf(labelled("casme2", word), paper).kind).toBe("unmapped");
    }
  });

  it("counts CASME's contempt as negative, and a lab's own as outside", () => {
    expect(classOrNull(labelled("casme", "contempt"), paper)).toBe("negative");
    expect(classOf(labelled("Lab", "contempt"), paper).kind).toBe("outside");
    expect(classOrNull(labelled("Lab", "repression"), { kind: "preset", name: "megc2019" })).toBe("negative");
  });

  it("lets a stated class win over every rule", () => {
    const sample = { ...labelled("casme2", "others"), label: "surprise" as const };
    expect(classOrNull(sample, paper)).toBe("surprise");
    expect(classOrNull(sample, { kind: "table", name: "t", labels: {} })).toBe("surprise");
  });

  it("follows an own mapping", () => {
    const rule: LabelRule = { kind: "mapping", name: "m.json", map: { disgust: "negative", others: null } };
    expect(classOrNull(labelled("casme2", "Disgust"), rule)).toBe("negative");
    expect(classOf(labelled("casme2", "others"), rule).kind).toBe("outside");
    expect(classOf(labelled("casme2", "fear"), rule)).toEqual({ kind: "unmapped", emotion: "fear" });
  });

  it("follows a table sample by sample, whatever the spelling, and leaves the rest outside", () => {
    const labels = { "sub01/EP02_01f": "positive", "sub02/EP02_01f": "negative" } as const;
    const rule: LabelRule = { kind: "table", name: "gt.csv", labels };
    const at = (subject: string, clip: string) => classOf({ ...labelled("casme2", "fear"), subject, clip }, rule);
    expect(at("01", "EP02_01f")).toEqual({ kind: "class", class: "positive" });
    expect(at("2", "EP02_1f")).toEqual({ kind: "class", class: "negative" });
    expect(at("03", "EP02_01f")).toEqual({ kind: "outside" });
  });
});

it("knows preset names and class words", () => {
  expect([presetRule("PAPER"), presetRule("labels.json")]).toEqual([{ kind: "preset", name: "paper" }, null]);
  expect([classWord(" Positive"), classWord("1"), classWord("happiness")]).toEqual(["positive", null, null]);
});
