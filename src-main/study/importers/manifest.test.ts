import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readImport, type ImportPlan } from "../import.ts";
import { JPEG, PNG, TestFolder } from "../testing/folders.ts";
import { csv, type Value } from "../testing/tables.ts";

async function read(folder: TestFolder, rows: Value[][], labels?: string): Promise<ImportPlan[]> {
  return await readImport({ path: folder.write("manifest.csv", csv(rows)), as: "manifest", labels });
}

const fault = async (folder: TestFolder, rows: Value[][]) => await read(folder, rows).catch((error: unknown) => error);

describe("a manifest", () => {
  it("reads several datasets at once, apex and flow pictures alone", async () => {
    using folder = new TestFolder();
    const rows: Value[][] = [["dataset", "subject", "clip", "label", "apex_image", "flow_image"]];
    for (const [dataset, count] of [
      ["smic", 3],
      ["CASME II", 2],
      ["My Lab", 1],
    ] as const) {
      for (let i = 0; i < count; i++) {
        folder.write(`apex/${dataset}_${i}.jpg`, JPEG);
        folder.write(`flow/${dataset}_${i}.png`, PNG);
        rows.push([
          dataset,
          `00${i}`,
          `clip_${i}`,
          ["positive", "Negative ", "SURPRISE"][i],
          `apex/${dataset}_${i}.jpg`,
          `flow\\${dataset}_${i}.png`,
        ]);
      }
    }
    const plans = await read(folder, rows);
    expect(
      plans.map(({ dataset, document }) => [
        dataset,
        document.dataset,
        document.rows,
        document.samples,
        document.framesFound,
      ]),
    ).toEqual([
      ["smic", "SMIC", 3, 3, 3],
      ["casme2", "CASME II", 2, 2, 2],
      ["My Lab", "My Lab", 1, 1, 1],
    ]);
    expect(plans[0].document).toMatchObject({
      perClass: { positive: 1, negative: 1, surprise: 1 },
      skipped: [],
      doubtful: [],
      notes: [],
    });
    expect(plans[0].samples[1]).toMatchObject({
      subject: "001",
      label: "negative",
      fps: 100,
      framing: "cropped",
      apexImage: join(folder.path, "apex/smic_1.jpg"),
      flowImage: join(folder.path, "flow/smic_1.png"),
      frames: null,
      apexSource: null,
      source: { table: "manifest.csv", row: 3 },
      originals: { subject: "001", label: "Negative" },
    });
    expect(plans[2].samples[0].fps).toBeNull();
  });

  it("reads frames, video, numbers, AUs and fps", async () => {
    using folder = new TestFolder();
    for (let i = 1; i <= 9; i++) folder.write(`clips/a/${i}.jpg`, JPEG);
    folder.write("b.avi", "x");
    folder.write("a.csv", "x");
    const rows = [
      [
        "Clip",
        "Subject",
        "Dataset",
        "Emotion",
        "Frames",
        "Video",
        "Onset",
        "Apex",
        "Offset",
        "AUs",
        "FPS",
        "openface_csv",
      ],
      ["a", "6", "lab", "happiness", "clips/a", null, 2, 5, 8, "4+7", 29.97, "a.csv"],
      ["b", "6", "lab", "others", null, "b.avi", 0, null, 9, null, null, null],
      ["c", "6", "lab", "sadness", "clips/a", null, null, null, null, null, null, null],
    ];
    const [{ document, samples }] = await read(folder, rows);
    expect(document).toMatchObject({ samples: 2, outsidePreset: 1, framesFound: 18, doubtful: [] });
    expect(samples[0]).toMatchObject({
      onset: 2,
      apex: 5,
      apexSource: "table",
      offset: 8,
      aus: "4+7",
      fps: 29.97,
      framing: "raw",
      openfaceCsv: join(folder.path, "a.csv"),
    });
    expect(samples[0].frames?.files).toHaveLength(9);
    expect(samples[1]).toMatchObject({
      video: join(folder.path, "b.avi"),
      apex: 4,
      apexSource: "middle",
      framing: "raw",
    });
    expect(samples[2]).toMatchObject({
      onset: 1,
      apex: 5,
      apexSource: "middle",
      offset: 9,
      notes: ["Not coded, the clip's ends were taken: onset 1, offset 9."],
    });
  });

  it("skips or doubts faulty rows", async () => {
    using folder = new TestFolder();
    folder.write("a.jpg", JPEG);
    folder.write("text.jpg", "hello");
    folder.write("empty/readme.txt", "x");
    const rows: Value[][] = [
      ["dataset", "subject", "clip", "label", "emotion", "frames", "apex_image", "onset_image", "onset", "apex", "fps"],
      ["lab", "1", "a", "positive", null, null, null, null, null, null, null],
      ["lab", "1", "b", "positive", null, "empty", null, null, null, null, null],
      ["lab", "1", "c", "positive", null, "none", null, null, null, null, null],
      ["lab", "1", "d", "positive", null, null, "text.jpg", null, null, null, null],
      ["lab", null, "e", "positive", null, null, "a.jpg", null, null, null, null],
      ["lab", "1", null, "positive", null, null, "a.jpg", null, null, null, null],
      ["lab", "1", "f", "happy", null, null, "a.jpg", null, null, null, null],
      ["lab", "1", "g", "positive", null, null, "a.jpg", "text.jpg", null, null, null],
      ["lab", "1", "h", "positive", null, null, "a.jpg", "none.jpg", null, null, null],
      ["lab", "1", "i", "positive", null, null, "a.jpg", null, 9, 3, null],
      ["lab", "1", "j", "positive", null, null, "a.jpg", null, null, null, "fast"],
      ["lab", "1", "k", null, "joy", null, "a.jpg", null, null, null, null],
      ["lab", "1", "k", null, "joy", null, "a.jpg", null, null, null, null],
      ["lab", "1", "l", "positive", null, "a.jpg", "empty", null, null, null, null],
    ];
    const [{ document, samples }] = await read(folder, rows);
    expect(document.skipped.map(({ row, reason }) => [row, reason])).toEqual([
      [2, "The row names no frames, video or picture."],
      [3, "The frames folder empty holds no frames."],
      [4, "The frames none does not exist."],
      [5, expect.stringMatching(/^The apex picture .*text\.jpg cannot be used: it is not a picture/)],
      [6, "The row names no subject."],
      [7, "The row names no clip."],
      [14, "It repeats subject 1, clip k: Row 13 is kept."],
      [
        15,
        "The frames a.jpg is a file; a folder belongs there. The apex_image empty is a folder; a file belongs there.",
      ],
    ]);
    expect(document.doubtful.map(({ row, reason }) => [row, reason])).toEqual([
      [8, 'The label "happy" is none of positive, negative, surprise. No emotion is given.'],
      [9, expect.stringMatching(/^The onset picture .*text\.jpg cannot be used/)],
      [10, "The onset_image none.jpg does not exist."],
      [11, "The apex 3 lies before its onset 9."],
      [12, 'fps is "fast" where a number of frames a second belongs.'],
      [13, 'The emotion "joy" is unknown to the labels paper: map it by a labels file.'],
    ]);
    expect(samples.find(({ clip }) => clip === "g")).toMatchObject({ onsetImage: null, status: "needs-review" });
    expect(document.rows).toBe(document.samples + document.outsidePreset + document.skipped.length);
  });
});

const oneRow = (label: Value) => [
  ["dataset", "subject", "clip", "label", "emotion", "apex_image"],
  ["lab", "1", "a", label, "joy", "a.jpg"],
];

describe("faults of the file", () => {
  const header = ["dataset", "subject", "clip", "label", "apex_image"];

  it.each([
    ["/etc/passwd"],
    ["../outside.jpg"],
    ["a/../../outside.jpg"],
    ["C:\\outside.jpg"],
    ["..\\outside.jpg"],
    ["link/outside.jpg"],
    ["link"],
  ])("a path that leaves the folder: %s", async (path) => {
    using outside = new TestFolder();
    outside.write("outside.jpg", JPEG);
    using folder = new TestFolder();
    folder.write("a/a.jpg", JPEG);
    symlinkSync(outside.path, join(folder.path, "link"));
    const rows = [header, ["lab", "1", "a", "positive", "a/a.jpg"], ["lab", "1", "b", "positive", path]];
    expect(await fault(folder, rows)).toMatchObject({
      code: "path-escapes",
      place: { row: 3 },
      message: expect.stringMatching(/Row 3 .* outside the manifest's folder/),
    });
  });

  it("a frame that is a link out of the folder", async () => {
    using outside = new TestFolder();
    using folder = new TestFolder();
    mkdirSync(join(folder.path, "clip"));
    symlinkSync(outside.write("1.jpg", JPEG), join(folder.path, "clip/1.jpg"));
    const rows = [
      ["dataset", "subject", "clip", "label", "frames"],
      ["lab", "1", "a", "positive", "clip"],
    ];
    expect(await fault(folder, rows)).toMatchObject({ code: "path-escapes" });
  });

  it("a label that is a digit", async () => {
    using folder = new TestFolder();
    folder.write("a.jpg", JPEG);
    expect(await fault(folder, [header, ["lab", "1", "a", "0", "a.jpg"]])).toMatchObject({
      code: "table-invalid",
      message: expect.stringMatching(/Row 2 .* has the label "0": write positive, negative or surprise/),
    });
  });

  it("no manifest, an empty one, a missing column, a row without a dataset, a table beside it", async () => {
    using folder = new TestFolder();
    expect(await fault(folder, [header])).toMatchObject({
      code: "table-invalid",
      message: expect.stringMatching(/is empty/),
    });
    expect(
      await fault(folder, [
        ["dataset", "subject", "label"],
        ["lab", "1", "positive"],
      ]),
    ).toMatchObject({ message: expect.stringMatching(/lacks the column clip/) });
    expect(
      await fault(folder, [
        ["dataset", "subject", "clip"],
        ["lab", "1", "a"],
      ]),
    ).toMatchObject({ message: expect.stringMatching(/lacks a column label or emotion/) });
    expect(await fault(folder, [header, [null, "1", "a", "positive", "a.jpg"]])).toMatchObject({
      message: expect.stringMatching(/Row 2 .* names no dataset/),
    });
    await expect(readImport({ path: join(folder.path, "none.csv"), as: "manifest" })).rejects.toMatchObject({
      code: "file-missing",
    });
    await expect(readImport({ path: folder.path, as: "manifest" })).rejects.toMatchObject({ code: "file-unreadable" });
    await expect(readImport({ path: "m.csv", as: "manifest", table: "t.csv" })).rejects.toMatchObject({
      code: "usage",
    });
  });

  it("a labels file that leaves a dataset out, unless the manifest states every class", async () => {
    using folder = new TestFolder();
    folder.write("a.jpg", JPEG);
    const labels = folder.write("l.json", '{"samm": {}}');
    await expect(read(folder, oneRow(null), labels)).rejects.toThrow(/says nothing about lab/);
    expect((await read(folder, oneRow("positive"), labels))[0].document).toMatchObject({
      samples: 1,
      doubtful: [],
      known: null,
    });
  });
});
