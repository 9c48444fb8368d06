/**
 * Writes small releases in the five layouts, with true headers: the tables and folders that a researcher receives, made-up
 * values. Each clip says what it is; the layout says how that is spelled.
 */
import type { DatasetId } from "../../contract/datasets.ts";
import { JPEG, type TestFolder } from "./folders.ts";
import { csv, workbook, type Rows, type Value } from "./tables.ts";

export interface TestClip {
  readonly subject: number;
  /** Tells clips of one subject apart. */
  readonly index: number;
  readonly emotion: string;
  readonly aus: Value;
  readonly onset: Value;
  readonly apex: Value;
  readonly offset: Value;
  /** Numbers of the frames that exist. */
  readonly frames: readonly number[];
}

export interface Oddities {
  readonly framing: "raw" | "cropped";
  /** Digits of the numbers in file names: 1 = not padded. */
  readonly padding: number;
  readonly table: "xlsx" | "xls" | "csv" | "none";
  /** Headers in other case, with other blanks. */
  readonly headers: (text: string) => string;
}

const PLAIN: Oddities = { framing: "raw", padding: 1, table: "xlsx", headers: (text) => text };

export interface Written {
  /** The coding table, relative to the folder; null where there is none. */
  readonly table: string | null;
  /** Each clip's key and folder, in the order given. */
  readonly clips: readonly {
    readonly subject: string;
    readonly clip: string;
    readonly folder: string;
    readonly row: number;
  }[];
}

const pad = (value: number, digits: number) => String(value).padStart(digits, "0");

interface Layout {
  readonly subject: (clip: TestClip) => { readonly key: string; readonly cell: Value };
  readonly name: (clip: TestClip) => string;
  readonly folder: (clip: TestClip, framing: Oddities["framing"]) => string;
  readonly file: (clip: TestClip, number: string) => string;
  readonly sheet: string;
  readonly otherSheets: Readonly<Record<string, Rows>>;
  readonly above: number;
  readonly header: readonly string[];
  readonly row: (clip: TestClip, subject: Value, name: string) => readonly Value[];
  readonly tableName: string;
}

const SMIC_SHORT: Readonly<Record<string, string>> = { negative: "ne", positive: "po", surprise: "sur" };
const MMEW_CODE: Readonly<Record<string, string>> = {
  happiness: "01",
  surprise: "02",
  disgust: "03",
  others: "04",
  fear: "05",
  sadness: "06",
  anger: "07",
};

export const LAYOUTS: Readonly<Record<DatasetId, Layout>> = {
  smic: {
    subject: ({ subject }) => ({ key: String(subject), cell: subject }),
    name: ({ subject, emotion, index }) => `s${subject}_${SMIC_SHORT[emotion]}_${pad(index, 2)}`,
    folder: (clip, framing) =>
      `SMIC_all_${framing}/HS/s${clip.subject}/micro/${clip.emotion}/${LAYOUTS.smic.name(clip)}`,
    file: (_, number) => `image${number}.jpg`,
    sheet: "HS",
    otherSheets: {
      VIS: [
        ["Subject", "Filename", null, "OnsetF", "OffsetF"],
        [1, "s1_ne_01", null, 1, 2],
      ],
    },
    above: 0,
    header: [
      "Subject",
      "Filename",
      "",
      "OnsetF",
      "OffsetF",
      "Onset2F",
      "Offset2F",
      "",
      "FirstF",
      "LastF",
      "TotalMF1",
      "TotalMF2",
      "TotalVL",
      "Emotion",
    ],
    row: (clip, subject, name) => [
      subject,
      name.replace(/^s(\d)_/, "s0$1_"),
      null,
      clip.onset,
      clip.offset,
      null,
      null,
      null,
      clip.frames[0] ?? null,
      clip.frames.at(-1) ?? null,
      null,
      null,
      null,
      clip.emotion,
    ],
    tableName: "SMIC-HS-E_annotation",
  },
  casme: {
    subject: ({ subject }) => ({ key: String(subject), cell: subject }),
    name: ({ index }) => `EP01_${index}`,
    folder: (clip, framing) =>
      `${framing === "raw" ? (clip.subject % 2 === 0 ? "Section A" : "Section B") : "Cropped"}/sub${pad(clip.subject, 2)}/${LAYOUTS.casme.name(clip)}`,
    file: (clip, number) => `reg_${LAYOUTS.casme.name(clip)}-${number}.jpg`,
    sheet: "Sheet1",
    otherSheets: {},
    above: 0,
    header: ["Subject", "Filename", "", "OnsetF", "ApexF1", "ApexF2", "OffsetF", "", "Onset", "Total", "AU", "Emotion"],
    row: (clip, subject, name) => [
      subject,
      name,
      null,
      clip.onset,
      clip.apex ?? "\\",
      "\\",
      clip.offset,
      null,
      150,
      316.67,
      clip.aus,
      clip.emotion,
    ],
    tableName: "CASME-coded-20130416",
  },
  casme2: {
    subject: ({ subject }) => ({ key: pad(subject, 2), cell: pad(subject, 2) }),
    name: ({ index }) => `EP02_${pad(index, 2)}f`,
    folder: (clip, framing) =>
      `${framing === "raw" ? "CASME2_RAW_selected" : "Cropped"}/sub${pad(clip.subject, 2)}/${LAYOUTS.casme2.name(clip)}`,
    file: (_, number) => `img${number}.jpg`,
    sheet: "Sheet1",
    otherSheets: { Sheet2: [], Sheet3: [] },
    above: 0,
    header: [
      "Subject",
      "Filename",
      "",
      "OnsetFrame",
      "ApexFrame",
      "OffsetFrame",
      "",
      "Action Units",
      "Estimated Emotion",
    ],
    row: (clip, subject, name) => [
      subject,
      name,
      null,
      clip.onset,
      clip.apex ?? "/",
      clip.offset,
      null,
      clip.aus,
      clip.emotion,
    ],
    tableName: "CASME2-coding-20140508",
  },
  samm: {
    subject: ({ subject }) => ({ key: pad(subject, 3), cell: pad(subject, 3) }),
    name: ({ subject, index }) => `${pad(subject, 3)}_1_${index}`,
    folder: (clip) => `SAMM/${pad(clip.subject, 3)}/${LAYOUTS.samm.name(clip)}`,
    file: (clip, number) => `${pad(clip.subject, 3)}_${number}.jpg`,
    sheet: "MICRO_ONLY",
    otherSheets: {},
    above: 13,
    header: [
      "Subject",
      "Filename",
      "Inducement Code",
      "Onset Frame",
      "Apex Frame",
      "Offset Frame",
      "Duration",
      "Micro",
      "Action Units",
      "Estimated Emotion",
      "Objective Classes",
      "Notes",
    ],
    row: (clip, subject, name) => [
      subject,
      name,
      1,
      clip.onset,
      clip.apex,
      clip.offset,
      { formula: "SUM(F15-D15)+1", value: 71 },
      "Micro - 1/2",
      clip.aus,
      clip.emotion.replace(/^./, (letter) => letter.toUpperCase()),
      3,
      null,
    ],
    tableName: "SAMM_Micro_FACS_Codes_v2",
  },
  mmew: {
    subject: ({ subject }) => ({ key: String(subject), cell: subject }),
    name: ({ subject, index, emotion }) => `S${pad(subject, 2)}-${MMEW_CODE[emotion] ?? "04"}-${pad(index, 3)}`,
    folder: (clip) => `Micro_Expression/${clip.emotion}/${LAYOUTS.mmew.name(clip)}`,
    file: (_, number) => `${number}.jpg`,
    sheet: "Sheet1",
    otherSheets: {},
    above: 0,
    header: [
      "Subject",
      "Filename",
      "OnsetFrame",
      "ApexFrame",
      "OffsetFrame",
      "Action Units",
      "Estimated Emotion",
      "remarks",
    ],
    row: (clip, subject, name) => [
      subject,
      name,
      clip.onset,
      clip.apex ?? "/",
      clip.offset,
      clip.aus,
      clip.emotion,
      null,
    ],
    tableName: "MMEW_Micro_Exp",
  },
};

/** Writes the release and says what it should be read as. */
export function writeRelease(
  folder: TestFolder,
  dataset: DatasetId,
  options: { clips: readonly TestClip[]; oddities?: Partial<Oddities>; edit?: (rows: Value[][]) => void },
): Written {
  const layout = LAYOUTS[dataset];
  const { clips } = options;
  const { framing, padding, table, headers } = { ...PLAIN, ...options.oddities };
  const rows: Value[][] = Array.from({ length: layout.above }, (_, i) => [`Note ${i + 1} above the table`]);
  rows.push(layout.header.map(headers));
  const written = clips.map((clip) => {
    const { key, cell } = layout.subject(clip);
    const name = layout.name(clip);
    const place = layout.folder(clip, framing);
    folder.folder(place);
    for (const number of clip.frames) folder.write(`${place}/${layout.file(clip, pad(number, padding))}`, JPEG);
    rows.push([...layout.row(clip, cell, name)]);
    return { subject: key, clip: name, folder: place, row: rows.length };
  });
  options.edit?.(rows);
  const name = table === "none" ? null : `${layout.tableName}.${table}`;
  if (name !== null) folder.write(name, tableBytes(table, layout, rows));
  return { table: name, clips: written };
}

function tableBytes(kind: Oddities["table"], layout: Layout, rows: Rows): string | Uint8Array {
  if (kind === "csv") return csv(rows);
  return workbook({ [layout.sheet]: rows, ...layout.otherSheets }, kind === "xls" ? "biff8" : "xlsx");
}

/** A clip with every frame from onset to offset, to be varied. */
export function clip(changes: Partial<TestClip> = {}): TestClip {
  const base = { subject: 1, index: 1, emotion: "happiness", aus: "4+7", onset: 46, apex: 49, offset: 52 };
  return { ...base, frames: [46, 47, 48, 49, 50, 51, 52], ...changes };
}
