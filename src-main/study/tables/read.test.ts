import { deflateRawSync } from "node:zlib";
import { write, type WorkSheet } from "@e965/xlsx";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestFolder } from "../testing/folders.ts";
import { csv, workbook, type Value } from "../testing/tables.ts";
import type { Cell, Sheet } from "./cells.ts";
import { columnLetter, MAX_ROWS, MAX_TABLE_BYTES } from "./cells.ts";
import { findTable, type Columns } from "./columns.ts";
import { readSheets } from "./read.ts";
import { unzippedSize } from "./unzipped-size.ts";

async function read(bytes: string | Uint8Array, name = "table.xlsx"): Promise<Sheet[]> {
  using folder = new TestFolder();
  return await readSheets(folder.write(name, bytes));
}

async function fault(bytes: string | Uint8Array, name = "table.xlsx"): Promise<{ code: string; message: string }> {
  const error: unknown = await read(bytes, name).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "ApexError", place: { file: expect.stringContaining(name) } });
  expect(error).toMatchObject({ message: expect.stringContaining(name) });
  return error as { code: string; message: string };
}

const texts = (sheet: Sheet) => sheet.rows.map(({ row, cells }) => [row, ...cells.map((cell) => cell.text)]);

const kinds = (cells: readonly Cell[]) => cells.map((cell) => cell.kind);

describe("workbooks", () => {
  const rows = [
    ["Subject", "Frame", null, "AUs"],
    ["006", 1, null, "4+7"],
    [],
    [6, 17581039, { formula: "B2+1", value: 2 }, 12],
    [" x ", 316.67, { formula: "B2+1" }, { formula: '"a"', value: "a" }],
  ];
  const expected = [
    [1, "Subject", "Frame", "", "AUs"],
    [2, "006", "1", "", "4+7"],
    [4, "6", "17581039", "2", "12"],
    [5, "x", "316.67", "", "a"],
  ];

  it("keeps text text, numbers plain, cached values, row numbers, and marks a formula without a value", async () => {
    const [sheet] = await read(workbook({ Sheet1: rows }));
    expect(texts(sheet)).toEqual(expected);
    expect(kinds(sheet.rows[1].cells)).toEqual(["text", "number", "empty", "text"]);
    expect(sheet.rows[3].cells[2]).toEqual({ kind: "uncached", text: "", written: "=B2+1" });
  });

  it("reads a legacy .xls the same", async () => {
    const [sheet] = await read(workbook({ Sheet1: rows }, "biff8"), "table.xls");
    expect(texts(sheet)).toEqual(expected);
  });

  it("says of a calculation that failed what stands there", async () => {
    const sheet: WorkSheet = { "!ref": "A1:B1", A1: { t: "s", v: "a" }, B1: { t: "e", v: 23, f: "1/0" } };
    const bytes: unknown = write({ SheetNames: ["S"], Sheets: { S: sheet } }, { type: "buffer" });
    if (!Buffer.isBuffer(bytes)) throw new Error("no workbook was written");
    expect((await read(bytes))[0].rows[0].cells[1]).toEqual({ kind: "error", text: "", written: "#REF!" });
  });

  it("gives every sheet by name", async () => {
    const sheets = await read(workbook({ HS: [["a"]], VIS: [["b"]], Sheet3: [] }));
    expect(sheets.map(({ name, rows: { length } }) => [name, length])).toEqual([
      ["HS", 1],
      ["VIS", 1],
      ["Sheet3", 0],
    ]);
  });

  it("refuses what is none, each with one sentence", async () => {
    const whole = workbook({ Sheet1: [["a", "b"]] });
    expect((await fault("Subject,Filename\n1,2\n")).code).toBe("file-unreadable");
    expect((await fault(whole.subarray(0, whole.length / 2))).code).toBe("file-unreadable");
    expect((await fault(Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(99)]))).code).toBe(
      "file-unreadable",
    );
    const xls = workbook({ Sheet1: [["a", "b"]] }, "biff8");
    expect((await fault(xls.subarray(0, 700), "table.xls")).code).toBe("file-unreadable");
    expect((await fault("", "table.csv")).message).toMatch(/is empty\.$/);
    expect((await fault(workbook({ Sheet1: [] }))).code).toBe("table-invalid");
    expect((await fault(Buffer.from([1, 2, 0, 3]), "table.csv")).message).toMatch(/neither CSV text nor/);
    await expect(readSheets("/nowhere/table.xlsx")).rejects.toMatchObject({ code: "file-missing" });
    using folder = new TestFolder();
    await expect(readSheets(folder.folder("table.xlsx"))).rejects.toThrow(/it is no file/);
  });

  it("survives any damage with sheets or one sentence", async () => {
    const whole = workbook({ Sheet1: rows });
    using folder = new TestFolder();
    const damage = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const file = folder.write("table.xlsx", bytes);
        const outcome = await readSheets(file).catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ name: "ApexError" });
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe("limits", () => {
  it("refuses a file that is too large", async () => {
    expect((await fault(Buffer.alloc(MAX_TABLE_BYTES + 1, "a"), "table.csv")).message).toMatch(/larger than 32 MB/);
  });

  it("refuses too many rows and columns", async () => {
    expect((await fault("a\n".repeat(MAX_ROWS + 1), "table.csv")).message).toMatch(/more than 100000 rows/);
    expect((await fault(",".repeat(2000).concat("a\n"), "table.csv")).message).toMatch(/more than 1000 columns/);
    const far: Value[] = Array.from({ length: 1200 }, (_, i) => (i === 1199 ? "a" : null));
    expect((await fault(workbook({ Sheet1: [far] }))).message).toMatch(/more than 1000 columns/);
  });

  it("measures what an archive unpacks to, whatever the archive says", () => {
    const packed = deflateRawSync(Buffer.alloc(5_000_000));
    const zip = archive("xl/worksheets/sheet1.xml", packed);
    expect(unzippedSize(zip, 6_000_000)).toEqual({ bytes: 5_000_000 });
    expect(unzippedSize(zip, 4_000_000)).toEqual({ reason: "it unpacks to more than 4 MB" });
    expect(unzippedSize(zip.subarray(0, -30), 6_000_000)).toHaveProperty("reason");
  });
});

/** One deflated entry whose stated size is a lie. */
function archive(name: string, packed: Buffer): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(10, 24);
  entry.writeUInt16LE(name.length, 28);
  const start = 30 + name.length + packed.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(start, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

describe("CSV", () => {
  it("reads any table back, whatever the delimiter, line ends and byte order mark", async () => {
    const cell = fc.string({ unit: "grapheme-ascii", maxLength: 6 }).map((text) => text.trim());
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    const options = fc.record({ delimiter: fc.constantFrom(",", ";", "\t"), bom: fc.boolean(), lf: fc.boolean() });
    using folder = new TestFolder();
    await fc.assert(
      fc.asyncProperty(table, options, async (body, { delimiter, bom, lf }) => {
        const rows = [["Subject", "Filename"], ...body];
        const text = `${bom ? "\uFEFF" : ""}${csv(rows, delimiter)}`;
        const file = folder.write("t.csv", lf ? text.replaceAll("\r\n", "\n") : text);
        const [sheet] = await readSheets(file);
        const filled = rows
          .map((row, i) => [i + 1, ...row])
          .filter((row) => row.slice(1).some((value) => value !== ""));
        expect(sheet.rows.map(({ row, cells }) => [row, ...cells.map(({ text }) => text)])).toEqual(filled);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("reads UTF-16 and Windows-1252", async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a;Überraschung\r\n", "utf16le")]);
    expect((await read(utf16, "t.csv"))[0].rows[0].cells[1].text).toBe("Überraschung");
    expect((await read(Buffer.from("a;\u00dcber\n", "latin1"), "t.csv"))[0].rows[0].cells[1].text).toBe("Über");
  });

  it("names the fault of a malformed file", async () => {
    expect((await fault('a,b\n"x,y\n', "t.csv")).message).toMatch(/no well-formed CSV/);
  });
});

const COLUMNS = {
  subject: { headers: ["Subject"], required: true },
  onset: { headers: ["OnsetFrame"], required: true },
  aus: { headers: ["Action Units", "AU"], required: false },
} satisfies Columns<string>;

const sheets = (rows: string[][]): Sheet[] => [
  {
    name: "Sheet1",
    rows: rows.map((row, i) => ({
      row: i + 1,
      cells: row.map((text) => ({ kind: text === "" ? "empty" : "text", text })),
    })),
  },
];

const find = (rows: string[][], sheet: string | null = null) =>
  findTable({ file: "t.xlsx", sheets: sheets(rows), columns: COLUMNS, sheet });

describe("columns", () => {
  it("finds the header below notes, by names in any case, order and spacing", () => {
    const table = findTable({
      file: "t.xlsx",
      sheets: sheets([
        ["Notes about Subject"],
        [""],
        ["onset frame", "", "SUBJECT", "AU", ""],
        ["46", "odd", "01", "12", "more"],
      ]),
      columns: COLUMNS,
      sheet: null,
    });
    expect(table.headerRow).toBe(3);
    const [row] = table.rows;
    expect([table.cell(row, "subject").text, table.cell(row, "onset").text, table.cell(row, "aus").text]).toEqual([
      "01",
      "46",
      "12",
    ]);
    expect(table.originals(row)).toEqual({ "onset frame": "46", B: "odd", SUBJECT: "01", AU: "12", E: "more" });
  });

  it("names what is missing and what was found", () => {
    expect(() =>
      find([
        ["Subject", "ApexFrame"],
        ["01", "2"],
      ]),
    ).toThrow(/lacks the column OnsetFrame; found in row 1: Subject, ApexFrame\.$/);
    expect(() => find([["1", "2"]])).toThrow(
      /lacks the columns Subject, OnsetFrame; no row of it looks like a header row\.$/,
    );
    expect(() => find([["Subject", "OnsetFrame"]], "MICRO_ONLY")).toThrow(
      /no sheet MICRO_ONLY; its sheets are: Sheet1\.$/,
    );
  });

  it("counts columns as spreadsheets do", () => {
    expect([0, 25, 26, 701, 702].map(columnLetter)).toEqual(["A", "Z", "AA", "ZZ", "AAA"]);
  });
});
