import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readImport, type ImportPlan } from "../import.ts";
import { JPEG, TestFolder } from "../testing/folders.ts";
import { clip, writeRelease, type TestClip } from "../testing/releases.ts";
import type { Value } from "../testing/tables.ts";

/** CASME II with one faulty clip in row 3 between two good ones. */
async function around(
  faulty: Partial<TestClip>,
  change: { edit?: (row: Value[]) => void; files?: (folder: string) => unknown } = {},
): Promise<ImportPlan> {
  using folder = new TestFolder();
  const clips = [clip(), clip({ index: 2, emotion: "disgust", ...faulty }), clip({ index: 3, emotion: "surprise" })];
  const written = writeRelease(folder, "casme2", { clips, edit: (rows) => change.edit?.(rows[2]) });
  await change.files?.(join(folder.path, written.clips[1].folder));
  const before = folder.snapshot();
  const strict: unknown = await readImport({ path: folder.path, as: "casme2", strict: true }).catch(
    (error: unknown) => error,
  );
  const [plan] = await readImport({ path: folder.path, as: "casme2" });
  expect(folder.snapshot()).toEqual(before);
  const [fault] = [...plan.document.skipped, ...plan.document.doubtful];
  expect(fault).toMatchObject({ file: "CASME2-coding-20140508.xlsx", row: 3 });
  // --strict turns the same fault into the import's end.
  expect(strict).toMatchObject({
    code: "row-invalid",
    place: { row: 3 },
    message: expect.stringContaining(fault.reason),
  });
  expect(plan.document.rows).toBe(3);
  expect(plan.document.skipped.length + plan.document.samples + plan.document.outsidePreset).toBe(3);
  expect(plan.samples.filter(({ status }) => status === "ready").map(({ clip }) => clip)).toEqual([
    "EP02_01f",
    "EP02_03f",
  ]);
  return plan;
}

const skipped = ({ document }: ImportPlan) => {
  expect(document.doubtful).toEqual([]);
  expect(document.samples).toBe(2);
  return document.skipped.map(({ reason }) => reason).join("|");
};

const doubtful = ({ document, samples }: ImportPlan) => {
  expect(document.skipped).toEqual([]);
  expect(document.samples).toBe(3);
  expect(samples[1].status).toBe("needs-review");
  return document.doubtful.map(({ reason }) => reason).join("|");
};

describe("rows with nothing usable are skipped", () => {
  it("without a folder", async () => {
    const plan = await around({}, { files: (folder) => rmSync(folder, { recursive: true }) });
    expect(skipped(plan)).toBe("No folder of frames was found for subject 01, clip EP02_02f.");
  });

  it("without a frame", async () => {
    expect(skipped(await around({ frames: [] }))).toBe(
      "Its folder CASME2_RAW_selected/sub01/EP02_02f holds no frames.",
    );
  });

  it("with pictures that bear no number", async () => {
    const plan = await around({ frames: [] }, { files: (folder) => writeFileSync(join(folder, "cover.jpg"), JPEG) });
    expect(skipped(plan)).toMatch(/bear no numbers/);
  });

  it("without a clip's name, or a subject", async () => {
    expect(skipped(await around({}, { edit: (row) => (row[1] = null) }))).toBe("The row names no clip.");
    expect(skipped(await around({}, { edit: (row) => (row[0] = null) }))).toBe("The row names no subject.");
  });

  it("with a number where the clip's name belongs", async () => {
    expect(skipped(await around({}, { edit: (row) => (row[1] = 43_132) }))).toMatch(
      /^Filename is the number 43132 where text belongs\. No folder/,
    );
  });

  it("with a formula without a value for a name", async () => {
    expect(skipped(await around({}, { edit: (row) => (row[1] = { formula: "B2" }) }))).toMatch(
      /^Filename is a formula without a calculated value \(=B2\)/,
    );
  });

  it("whose onset and apex are both no pictures", async () => {
    const plan = await around(
      {},
      { files: (folder) => [46, 49].map((n) => writeFileSync(join(folder, `img${n}.jpg`), "hello")) },
    );
    expect(skipped(plan)).toMatch(
      /onset picture img46\.jpg cannot be used: it is not a picture.*apex picture img49\.jpg cannot be used/,
    );
  });
});

describe("rows with something usable need review", () => {
  it.each([
    [{ apex: 45 }, /^The apex 45 lies before its onset 46\./],
    [
      { apex: 53 },
      /^The apex 53 lies outside its clip, after the offset 52\. The apex frame 53 is outside its clip; its frames are 46-52\.$/,
    ],
    [{ offset: 40 }, /^The offset 40 lies before the onset 46\./],
    [{ frames: [46, 47, 51] }, /^The apex frame 49 is missing; its frames are 46-51\.$/],
    [{ frames: [48, 49, 50] }, /^The onset frame 46 is outside its clip; its frames are 48-50\.$/],
    [{ onset: null }, /^No onset is given\.$/],
    [{ onset: "first" }, /^OnsetFrame is "first" where a frame number belongs\.$/],
    [{ apex: 49.5 }, /^ApexFrame is "49\.5" where a frame number belongs\.$/],
    [{ offset: { formula: "D3+6" } }, /^OffsetFrame is a formula without a calculated value \(=D3\+6\)/],
    [{ aus: { formula: "H2" } }, /^Action Units is a formula without a calculated value/],
    [{ apex: null, offset: null }, /^No apex is given, and no middle frame can stand in for it\.$/],
  ] as [Partial<TestClip>, RegExp][])("%j", async (faulty, reason) => {
    expect(doubtful(await around(faulty))).toMatch(reason);
  });

  it("a formula without a value in a column that nothing reads", async () => {
    expect(doubtful(await around({}, { edit: (row) => (row[9] = { formula: "1+1" }) }))).toMatch(
      /^J is a formula without/,
    );
  });

  it("an emotion that the preset does not know, that is a number, or that is not there", async () => {
    const plan = await around({ emotion: "bewilderment" });
    expect(doubtful(plan)).toBe('The emotion "bewilderment" is unknown to the labels paper: map it by a labels file.');
    expect(plan.document.perClass).toEqual({ positive: 1, negative: 0, surprise: 1 });
    expect(doubtful(await around({}, { edit: (row) => (row[8] = 3) }))).toBe(
      "The emotion is the number 3 where a word belongs.",
    );
    expect(doubtful(await around({}, { edit: (row) => (row[8] = null) }))).toBe("No emotion is given.");
  });

  it("two pictures with the apex's number", async () => {
    const plan = await around({}, { files: (folder) => writeFileSync(join(folder, "reg_img49.jpg"), JPEG) });
    expect(doubtful(plan)).toBe("Several pictures bear the apex's number 49: img49.jpg, reg_img49.jpg.");
  });
});

describe("two rows with one key", () => {
  it("of one coding: the second is skipped", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip(), clip({ subject: 2 })], edit: (rows) => rows.push([...rows[1]]) });
    const [{ document }] = await readImport({ path: folder.path, as: "casme2" });
    expect(document).toMatchObject({ rows: 3, samples: 2, doubtful: [] });
    expect(document.skipped).toMatchObject([
      { row: 4, reason: "It repeats subject 01, clip EP02_01f: Row 2 is kept." },
    ]);
  });

  it("of two codings: the first needs review as well", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip()], edit: (rows) => rows.push(rows[1].with(8, "disgust")) });
    const [{ document, samples }] = await readImport({ path: folder.path, as: "casme2" });
    expect(document).toMatchObject({ samples: 1, perClass: { positive: 1, negative: 0 } });
    expect(samples[0].doubts).toEqual(["Row 3 bears its subject and clip too, with another emotion."]);
  });
});

const replaceApex = (bytes: Buffer) => (folder: string) => writeFileSync(join(folder, "img49.jpg"), bytes);

const empty = (folder: string) => truncateSync(join(folder, "img49.jpg"), 0);

const inPlace = (folder: string) => {
  rmSync(join(folder, "img49.jpg"));
  mkdirSync(join(folder, "img49.jpg"));
};

describe("pictures", () => {
  const big = sharp({ create: { width: 64, height: 48, channels: 3, background: "#858" } });

  it("truncated", async () => {
    const noise = sharp(
      Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 7919) % 256),
      { raw: { width: 64, height: 48, channels: 3 } },
    );
    const whole = await noise.jpeg().toBuffer();
    const plan = await around({}, { files: replaceApex(whole.subarray(0, whole.length / 2)) });
    expect(doubtful(plan)).toMatch(/^The apex picture img49\.jpg cannot be used: it is truncated/);
    // No run can trip over it: the frame is gone from the sample.
    expect(plan.samples[1].frames?.files.map(([number]) => number)).toEqual([46, 47, 48, 50, 51, 52]);
  });

  it("no picture, empty, a folder of a picture's name", async () => {
    expect(doubtful(await around({}, { files: replaceApex(Buffer.from("subject,clip\n")) }))).toMatch(
      /it is not a picture/,
    );
    expect(doubtful(await around({}, { files: empty }))).toMatch(/it is empty/);
    expect(doubtful(await around({}, { files: inPlace }))).toMatch(/apex frame 49 is missing/);
  });

  it("huge", async () => {
    const huge = sharp({
      create: { width: 10_001, height: 10_000, channels: 3, background: "#000" },
      limitInputPixels: false,
    });
    const bytes = await huge.greyscale().png({ compressionLevel: 1 }).toBuffer();
    expect(doubtful(await around({}, { files: replaceApex(bytes) }))).toMatch(/more than the limit of 100 megapixels/);
  });

  it("CMYK, 16-bit and grey ones that can be converted are no faults", async () => {
    const cmyk = await big.clone().toColourspace("cmyk").jpeg().toBuffer();
    const deep = await big.clone().toColourspace("rgb16").png().toBuffer();
    const grey = await big.clone().greyscale().png().toBuffer();
    for (const bytes of [cmyk, deep, grey]) {
      using folder = new TestFolder();
      const { clips } = writeRelease(folder, "casme2", { clips: [clip()] });
      folder.write(`${clips[0].folder}/img49.jpg`, bytes);
      expect((await readImport({ path: folder.path, as: "casme2", strict: true }))[0].samples).toHaveLength(1);
    }
  });

  it("floats, which cannot be converted", async () => {
    const float = await big.clone().toColourspace("scrgb").tiff({ compression: "none" }).toBuffer();
    const facts = await sharp(float).metadata();
    expect(facts.depth).toBe("float");
    expect(doubtful(await around({}, { files: replaceApex(float) }))).toMatch(/only 8 and 16 bits can be converted/);
  });
});

it("frames missing inside a clip are listed, and the sample stays ready", async () => {
  using folder = new TestFolder();
  writeRelease(folder, "casme2", { clips: [clip({ frames: [46, 49, 50, 52] })] });
  const [{ document, samples }] = await readImport({ path: folder.path, as: "casme2", strict: true });
  expect(samples[0]).toMatchObject({ status: "ready", notes: ["Frames missing: 47-48, 51."] });
  expect(document.notes).toMatchObject([{ row: 2, clip: "EP02_01f", reason: "Frames missing: 47-48, 51." }]);
});

it("strict names the first fault and how many more there are", async () => {
  using folder = new TestFolder();
  const clips = [clip(), clip({ index: 2, apex: 60 }), clip({ index: 3, frames: [] }), clip({ index: 4, onset: null })];
  writeRelease(folder, "casme2", { clips });
  await expect(readImport({ path: folder.path, as: "casme2", strict: true })).rejects.toThrow(
    /^Nothing was imported, because of row 3 of CASME2-coding-20140508\.xlsx, clip EP02_02f: The apex 60 .* \(and 2 more faulty rows\)$/,
  );
});

describe("labels", () => {
  const clips = [clip(), clip({ index: 2, emotion: "others" }), clip({ index: 3, emotion: "repression" })];

  it("keep outside samples and count them apart", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips });
    const count = async (labels: string) => {
      const [{ document, samples }] = await readImport({ path: folder.path, as: "casme2", labels });
      expect(samples).toHaveLength(3);
      return [document.preset, document.samples, document.outsidePreset, document.perClass.negative];
    };
    expect(await count("paper")).toEqual(["paper", 1, 2, 0]);
    expect(await count("megc2019")).toEqual(["megc2019", 2, 1, 1]);
    expect(
      await count(
        folder.write("own.json", '{"casme-2": {"happiness": "positive", "others": "negative", "repression": null}}'),
      ),
    ).toEqual(["own.json", 2, 1, 1]);
    expect(await count(folder.write("gt.csv", "casme2,sub01,EP02_03f,2\n"))).toEqual(["gt.csv", 1, 2, 0]);
  });

  it("of a table that names clips that are not there are listed; of another dataset refused", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips });
    const labels = folder.write("gt.csv", "casme2,sub01,EP02_03f,2\ncasme2,sub09,EP02_03f,1\n");
    const [{ document }] = await readImport({ path: folder.path, as: "casme2", labels });
    expect(document.notes).toMatchObject([
      {
        file: labels,
        clip: "EP02_03f",
        reason: expect.stringMatching(/subject sub09, clip EP02_03f, which was not found/),
      },
    ]);
    expect(document.known?.release).toMatch(/MEGC 2019|by the rule/);
    const other = folder.write("other.json", '{"samm": {"happiness": "positive"}}');
    await expect(readImport({ path: folder.path, as: "casme2", labels: other })).rejects.toThrow(
      /says nothing about CASME II/,
    );
  });

  it("compare with the published counts that fit best", async () => {
    using folder = new TestFolder();
    writeRelease(folder, "casme2", { clips: [clip({ emotion: "surprise" }), clip({ index: 2, emotion: "surprise" })] });
    const [{ document }] = await readImport({ path: folder.path, as: "casme2" });
    expect(document.known).toMatchObject({ release: expect.stringContaining("CASME II"), positive: 32 });
  });
});
