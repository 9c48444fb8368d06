/** Random small releases in every layout, with random oddities, are read back as what was written. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DATASET_IDS, type DatasetId } from "../../contract/datasets.ts";
import { readImport } from "../import.ts";
import { TestFolder } from "../testing/folders.ts";
import { writeRelease, type Oddities, type TestClip } from "../testing/releases.ts";

const WORDS: Record<DatasetId, readonly string[]> = {
  smic: ["positive", "negative", "surprise"],
  casme: ["happiness", "tense", "disgust", "repression", "surprise", "contempt"],
  casme2: ["happiness", "others", "disgust", "repression", "surprise", "sadness"],
  samm: ["happiness", "other", "anger", "contempt", "surprise"],
  mmew: ["happiness", "others", "disgust", "anger", "surprise"],
};

/** Onset, apex and offset in order, with every frame between them, some around, and some missing in the middle. */
const frames = fc
  .record({
    before: fc.nat({ max: 3 }),
    onset: fc.integer({ min: 4, max: 18_000 }),
    rise: fc.integer({ min: 1, max: 4 }),
    fall: fc.integer({ min: 0, max: 4 }),
    after: fc.nat({ max: 3 }),
    apex: fc.boolean(),
    gaps: fc.array(fc.nat({ max: 9 }), { maxLength: 2 }),
  })
  .map(({ before, onset, rise, fall, after, apex, gaps }) => {
    const [peak, offset] = [onset + rise, onset + rise + fall];
    const all = Array.from({ length: before + rise + fall + after + 1 }, (_, i) => onset - before + i);
    const kept = apex ? all.filter((n) => n === onset || n === peak || !gaps.includes(n - onset)) : all;
    return { onset, apex: apex ? peak : null, offset, frames: kept };
  });

function clips(dataset: DatasetId): fc.Arbitrary<TestClip[]> {
  const one = fc.tuple(
    fc.record({
      subject: fc.integer({ min: 1, max: 35 }),
      index: fc.integer({ min: 1, max: 12 }),
      emotion: fc.constantFrom(...WORDS[dataset]),
      aus: fc.constantFrom("4+7", "L12", "?", 12, "1 or 2"),
    }),
    frames,
  );
  return fc.uniqueArray(
    one.map(([facts, numbers]): TestClip => ({ ...facts, ...numbers })),
    { minLength: 1, maxLength: 5, selector: ({ subject, index }) => `${subject}/${index}` },
  );
}

function oddities(dataset: DatasetId): fc.Arbitrary<Partial<Oddities>> {
  const spellings: ((text: string) => string)[] = [
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => ` ${text.replaceAll(" ", "")}`,
    (text) => text.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_"),
  ];
  return fc.record({
    framing: fc.constantFrom(
      ...(dataset === "samm" || dataset === "mmew" ? (["raw"] as const) : (["raw", "cropped"] as const)),
    ),
    padding: fc.integer({ min: 1, max: 6 }),
    table: fc.constantFrom("xlsx" as const, "xls" as const, "csv" as const),
    headers: fc.constantFrom(...spellings),
  });
}

describe.each(DATASET_IDS)("%s", (dataset) => {
  it("is read back with exactly its keys, frames and labels, and stays as it was", async () => {
    await fc.assert(
      fc.asyncProperty(clips(dataset), oddities(dataset), async (list, odd) => {
        using folder = new TestFolder();
        const written = writeRelease(folder, dataset, { clips: list, oddities: odd });
        const before = folder.snapshot();
        const [{ samples, document }] = await readImport({ path: folder.path, as: dataset });
        expect(folder.snapshot()).toEqual(before);

        expect({ skipped: document.skipped, doubtful: document.doubtful }).toEqual({ skipped: [], doubtful: [] });
        const found = samples.map((sample) => ({
          key: [sample.subject, sample.clip],
          row: sample.source.row,
          emotion: sample.emotion?.toLowerCase(),
          aus: sample.aus,
          numbers: [sample.onset, sample.offset],
          apex: sample.apexSource === "table" ? sample.apex : null,
          frames: sample.frames?.files.map(([number]) => number),
          framing: sample.framing,
        }));
        const expected = written.clips.map(({ subject, clip, row }, i) => ({
          key: [subject, clip],
          row,
          emotion: list[i].emotion,
          aus: dataset === "smic" ? null : String(list[i].aus),
          numbers: [list[i].onset, list[i].offset],
          apex: dataset === "smic" ? null : list[i].apex,
          frames: list[i].frames,
          framing: odd.framing,
        }));
        expect(found).toEqual(expected);
        for (const { apex, onset, offset, frames } of samples) {
          expect(frames?.files.some(([number]) => number === apex)).toBe(true);
          expect(Number(onset) <= Number(apex) && Number(apex) <= Number(offset)).toBe(true);
        }
        expect(document.framesFound).toBe(list.reduce((sum, clip) => sum + clip.frames.length, 0));
        expect(document.samples + document.outsidePreset).toBe(list.length);
        const { positive, negative, surprise } = document.perClass;
        expect(positive + negative + surprise).toBe(document.samples);
      }),
      { seed: 11, numRuns: 25 },
    );
  });
});
