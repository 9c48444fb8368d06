import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DATASET_IDS, type DatasetId } from "../../contract/datasets.ts";
import { readImport, type ImportPlan, type ReadImport } from "../import.ts";
import { JPEG, TestFolder } from "../testing/folders.ts";
import { clip, LAYOUTS, writeRelease } from "../testing/releases.ts";

async function importOne(folder: TestFolder, as: DatasetId, more: Partial<ReadImport> = {}): Promise<ImportPlan> {
  const plans = await readImport({ path: folder.path, as, ...more });
  expect(plans).toHaveLength(1);
  return plans[0];
}

const EMOTION: Record<DatasetId, string> = {
  smic: "positive",
  casme: "happiness",
  casme2: "happiness",
  samm: "happiness",
  mmew: "happiness",
};

const headers = (text: string) => ` ${text.toUpperCase()} `;

describe.each(DATASET_IDS)("%s", (dataset) => {
  const emotion = EMOTION[dataset];

  it("reads table and frames of the raw layout, and leaves the source as it was", async () => {
    using folder = new TestFolder();
    const { clips } = writeRelease(folder, dataset, {
      clips: [clip({ emotion }), clip({ emotion: "surprise", subject: 12, index: 2 })],
    });
    const before = folder.snapshot();
    const { document, samples } = await importOne(folder, dataset);
    expect(folder.snapshot()).toEqual(before);
    expect(samples.map(({ subject, clip }) => [subject, clip])).toEqual(
      clips.map(({ subject, clip }) => [subject, clip]),
    );
    expect(samples[0]).toMatchObject({
      dataset,
      onset: 46,
      apex: 49,
      apexSource: dataset === "smic" ? "middle" : "table",
      offset: 52,
      aus: dataset === "smic" ? null : "4+7",
      framing: "raw",
      status: "ready",
      doubts: [],
      frames: { folder: join(folder.path, clips[0].folder) },
    });
    expect(samples[0].frames?.files.map(([number]) => number)).toEqual([46, 47, 48, 49, 50, 51, 52]);
    expect(samples[0].originals).toMatchObject({ Subject: String(LAYOUTS[dataset].subject(clip()).cell) });
    expect(document).toMatchObject({
      rows: 2,
      samples: 2,
      perClass: { positive: 1, negative: 0, surprise: 1 },
      outsidePreset: 0,
      framesFound: 14,
      skipped: [],
      doubtful: [],
      known: { release: expect.any(String) },
    });
  });

  it("is found from one and two levels inside, with the table above or named", async () => {
    using folder = new TestFolder();
    writeRelease(folder, dataset, { clips: [clip({ emotion })] });
    const [top, next] = LAYOUTS[dataset].folder(clip({ emotion }), "raw").split("/");
    for (const path of [join(folder.path, top), join(folder.path, top, next)]) {
      const { samples } = await importOne(folder, dataset, { path });
      expect([path, samples.length]).toEqual([path, 1]);
    }
    using elsewhere = new TestFolder();
    const table = join(elsewhere.path, `codes.xlsx`);
    renameSync(join(folder.path, `${LAYOUTS[dataset].tableName}.xlsx`), table);
    expect((await importOne(folder, dataset, { table })).samples[0].source).toEqual({
      table,
      row: LAYOUTS[dataset].above + 2,
    });
  });

  it("reads headers in other case, order of sheets aside, and a CSV or .xls table", async () => {
    for (const kind of ["csv", "xls"] as const) {
      using folder = new TestFolder();
      writeRelease(folder, dataset, { clips: [clip({ emotion })], oddities: { table: kind, headers } });
      expect((await importOne(folder, dataset)).document).toMatchObject({ samples: 1, doubtful: [] });
    }
  });

  it("says in one sentence that a table lacks a column, is empty, or is not there", async () => {
    const fault = async (edit: Parameters<typeof writeRelease>[2]["edit"]) => {
      using folder = new TestFolder();
      writeRelease(folder, dataset, { clips: [clip({ emotion })], edit });
      return await importOne(folder, dataset).catch((error: unknown) => error);
    };
    const header = LAYOUTS[dataset].above;
    const onset = LAYOUTS[dataset].header[dataset === "mmew" ? 2 : 3];
    expect(await fault((rows) => rows.map((row) => row.splice(dataset === "mmew" ? 2 : 3, 1)))).toMatchObject({
      code: "table-invalid",
      message: expect.stringMatching(new RegExp(`lacks the column ${onset}; found in row ${header + 1}: Subject`)),
    });
    expect(await fault((rows) => rows.splice(header + 1))).toMatchObject({
      code: "table-invalid",
      message: expect.stringMatching(/is empty/),
    });
    using folder = new TestFolder();
    await expect(importOne(folder, dataset)).rejects.toMatchObject({
      code: "file-missing",
      message: expect.stringMatching(/No coding table was found|Neither a coding table/),
    });
    writeRelease(folder, dataset, { clips: [clip({ emotion })], oddities: { table: "none" } });
    if (dataset !== "smic") {
      await expect(importOne(folder, dataset)).rejects.toMatchObject({
        code: "file-missing",
        message: expect.stringMatching(/No coding table was found/),
      });
    }
  });

  it("refuses a path that is not there or is a file, and stops when told to", async () => {
    using folder = new TestFolder();
    await expect(importOne(folder, dataset, { path: join(folder.path, "none") })).rejects.toMatchObject({
      code: "file-missing",
    });
    await expect(importOne(folder, dataset, { path: folder.write("a.zip", "") })).rejects.toMatchObject({
      code: "file-missing",
    });
    writeRelease(folder, dataset, { clips: [clip({ emotion })] });
    await expect(importOne(folder, dataset, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("cropped frames", () => {
  it.each(["smic", "casme", "casme2"] as const)("of %s are known as such", async (dataset) => {
    using folder = new TestFolder();
    writeRelease(folder, dataset, { clips: [clip({ emotion: EMOTION[dataset] })], oddities: { framing: "cropped" } });
    expect((await importOne(folder, dataset)).samples[0]).toMatchObject({ framing: "cropped", status: "ready" });
    const path = join(folder.path, dataset === "smic" ? "SMIC_all_cropped/HS" : "Cropped");
    expect((await importOne(folder, dataset, { path })).samples[0].framing).toBe("cropped");
  });

  it("stand back where raw ones are there too, with a note", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip()], oddities: { framing: "cropped" } });
    writeRelease(folder, "casme2", { clips: [clip()] });
    const { samples, document } = await importOne(folder, "casme2");
    expect(samples.map(({ framing }) => framing)).toEqual(["raw"]);
    expect(document.notes).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/Raw and cropped frames were both found/) }),
    ]);
  });
});

describe("matching", () => {
  it("lists the rows that are spelled otherwise", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "samm", {
      clips: [clip({ subject: 6 }), clip({ subject: 7 })],
      edit: (rows) => (rows[14][0] = 6),
    });
    const { document, samples } = await importOne(folder, "samm");
    expect(document.matchedTolerantly).toEqual([{ row: 15, table: "6/006_1_1", folder: "006/006_1_1" }]);
    expect(samples.map(({ subject }) => subject)).toEqual(["006", "007"]);
  });

  it("gives one person one key, whichever table or folder spells it", async () => {
    for (const cell of [1, "1", "01", "sub01"]) {
      using folder = new TestFolder();
      writeRelease(folder, "casme2", { clips: [clip()], edit: (rows) => (rows[1][0] = cell) });
      expect((await importOne(folder, "casme2")).samples[0]).toMatchObject({
        subject: "01",
        clip: "EP02_01f",
        status: "ready",
      });
    }
  });

  it("doubts a clip that several folders fit, and takes none", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme", { clips: [clip()] });
    folder.write("Section B/sub1/EP01_1/reg_EP01_1-46.jpg", JPEG);
    const { document, samples } = await importOne(folder, "casme");
    expect(document.doubtful).toEqual([
      expect.objectContaining({
        row: 2,
        clip: "EP01_1",
        reason: expect.stringMatching(/Several folders fit it.*Section B\/sub01\/EP01_1, Section B\/sub1\/EP01_1/),
      }),
    ]);
    expect(samples[0]).toMatchObject({ frames: null, status: "needs-review" });
  });
});

describe("what each release has of its own", () => {
  it("SMIC: without a table the folders say all", async () => {
    using folder = new TestFolder();
    const clips = [clip({ emotion: "negative", subject: 3 }), clip({ emotion: "surprise", subject: 3, index: 2 })];
    writeRelease(folder, "smic", { clips, oddities: { table: "none" } });
    folder.write("SMIC_all_raw/VIS/s3/micro/negative/s3_ne_01/image1.jpg", JPEG);
    folder.write("SMIC_all_raw/HS/s3/non_micro/s3_ne_09/image1.jpg", JPEG);
    const { document, samples } = await importOne(folder, "smic");
    expect(document).toMatchObject({
      rows: 2,
      samples: 2,
      perClass: { negative: 1, surprise: 1 },
      matchedTolerantly: [],
    });
    expect(samples[0]).toMatchObject({
      subject: "3",
      clip: "s3_ne_01",
      emotion: "negative",
      onset: 46,
      apex: 49,
      offset: 52,
      apexSource: "middle",
      source: { table: null, row: null },
    });
  });

  it("SMIC: with a table the same keys, cached values, and a note of further micro-expressions", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "smic", {
      clips: [clip({ emotion: "negative", subject: 3, onset: { formula: "VIS!D2+46", value: 47 } })],
      edit: (rows) => {
        rows[1][5] = 50;
        rows[1][6] = 51;
      },
    });
    const { document, samples } = await importOne(folder, "smic");
    expect(samples[0]).toMatchObject({
      subject: "3",
      clip: "s3_ne_01",
      onset: 47,
      notes: ["A further micro-expression is coded at frames 50-51."],
    });
    expect(document.matchedTolerantly).toEqual([{ row: 2, table: "3/s03_ne_01", folder: "s3/s3_ne_01" }]);
    expect(document.notes).toHaveLength(1);
    expect(document.doubtful).toEqual([]);
  });

  it("SMIC and SAMM: refuse a workbook without their sheet", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip()] });
    const table = join(folder.path, "CASME2-coding-20140508.xlsx");
    await expect(importOne(folder, "samm", { table })).rejects.toThrow(
      /has no sheet MICRO_ONLY; its sheets are: Sheet1, Sheet2, Sheet3/,
    );
    await expect(importOne(folder, "smic", { table })).rejects.toThrow(/has no sheet HS/);
  });

  it("CASME: the second apex is noted", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme", { clips: [clip()], edit: (rows) => (rows[1][5] = 50) });
    expect((await importOne(folder, "casme")).samples[0]).toMatchObject({
      apex: 49,
      notes: ["A second apex is coded at frame 50."],
    });
  });

  it("CASME II: an unknown apex is replaced by the middle frame, and says so", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip({ apex: null, frames: [46, 47, 48, 50, 51, 52] })] });
    expect((await importOne(folder, "casme2")).samples[0]).toMatchObject({
      apex: 48,
      apexSource: "middle",
      status: "ready",
      originals: { ApexFrame: "/" },
    });
  });

  it("CASME II: of two tables the first is read, and the other is named", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip()] });
    renameSync(join(folder.path, "CASME2-coding-20140508.xlsx"), join(folder.path, "CASME2-coding-20190701.xlsx"));
    writeRelease(folder, "casme2", { clips: [clip()] });
    const { document, samples } = await importOne(folder, "casme2");
    expect(samples[0].source.table).toBe("CASME2-coding-20140508.xlsx");
    expect(document.notes).toMatchObject([
      { file: "CASME2-coding-20190701.xlsx", reason: expect.stringMatching(/CASME2-coding-20140508\.xlsx was read/) },
    ]);
  });

  it("SAMM: impossible rows need review, numbers as coded", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "samm", { clips: [clip({ apex: 60 }), clip({ index: 2, apex: 40 }), clip({ index: 3 })] });
    const { document, samples } = await importOne(folder, "samm");
    expect(document).toMatchObject({ samples: 3, skipped: [] });
    expect(document.doubtful.map(({ file, row, clip }) => [file, row, clip])).toEqual([
      ["SAMM_Micro_FACS_Codes_v2.xlsx", 15, "001_1_1"],
      ["SAMM_Micro_FACS_Codes_v2.xlsx", 16, "001_1_2"],
    ]);
    expect(document.doubtful.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/apex 60 lies outside its clip/),
      expect.stringMatching(/apex 40 lies before its onset 46/),
    ]);
    expect(samples.map(({ apex, status }) => [apex, status])).toEqual([
      [60, "needs-review"],
      [40, "needs-review"],
      [49, "ready"],
    ]);
  });

  it("MMEW: the folder gives the emotion where the table has none, and is held against it", async () => {
    using folder = new TestFolder();
    const clips = [clip(), clip({ index: 2, emotion: "disgust" }), clip({ index: 3, subject: 2 })];
    writeRelease(folder, "mmew", {
      clips,
      edit: (rows) => {
        rows[1][6] = null;
        rows[2][6] = "fear";
        rows[3][0] = 5;
      },
    });
    const { document, samples } = await importOne(folder, "mmew");
    expect(samples.map(({ emotion }) => emotion)).toEqual(["happiness", "fear", "happiness"]);
    expect(document.doubtful.map(({ row, reason }) => [row, reason])).toEqual([
      [3, "The table says fear, the folder says disgust: table and pictures may have shifted."],
      [4, "The table says subject 5, the clip's name says S02."],
    ]);
  });
});

it("reports progress with its time left", async () => {
  using folder = new TestFolder();
  writeRelease(folder, "casme2", { clips: [clip()] });
  const seen: string[] = [];
  await importOne(folder, "casme2", { onProgress: ({ what, done, total }) => seen.push(`${what} ${done}/${total}`) });
  expect(seen).toContain("Reading rows 1/1");
  expect(seen.at(-1)).toBe("Checking pictures 2/2");
});
