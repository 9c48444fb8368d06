/**
 * CASME (Yan et al., FG 2013), 60 fps.
 *   CASME-coded-*.xls or .xlsx, first sheet; the empty header cells stand as `_`:
 *     Subject, Filename, _, OnsetF, ApexF1, ApexF2, OffsetF, _, Onset, Total, AU, Emotion
 *   Section A/sub01/EP01_5/*.jpg (also Section B)
 *   Cropped/sub01/EP01_5/reg_EP01_5-113.jpg or EP01_5-113.jpg
 * ApexF2 is "\" where there is no second apex. Onset and Total are milliseconds.
 */
import type { Columns } from "../tables/columns.ts";
import { codedFrame } from "./shared/coded.ts";
import { placeUnderSubject, readCommonRow, type CommonField } from "./shared/places.ts";
import type { ReleaseLayout } from "./shared/release.ts";

const COLUMNS: Columns<CommonField> = {
  subject: { headers: ["Subject"], required: true },
  clip: { headers: ["Filename"], required: true },
  onset: { headers: ["OnsetF", "OnsetFrame"], required: true },
  apex: { headers: ["ApexF1", "ApexF", "ApexFrame"], required: true },
  offset: { headers: ["OffsetF", "OffsetFrame"], required: true },
  aus: { headers: ["AU", "AUs", "Action Units"], required: false },
  emotion: { headers: ["Emotion", "Estimated Emotion"], required: true },
};

type Field = CommonField | "secondApex";

export const CASME: ReleaseLayout<Field> = {
  dataset: "casme",
  table: { pattern: /casme(?!\s*[-_ ]?(?:2|3|ii|\^2))/i, example: "CASME-coded-20130416.xls", optional: false },
  sheet: null,
  columns: { ...COLUMNS, secondApex: { headers: ["ApexF2"], required: false } },
  readRow: (table, row) => {
    const coded = readCommonRow(table, row);
    const second = codedFrame(table.cell(row, "secondApex"), table.header("secondApex"));
    if (second.value === null) return coded;
    return { ...coded, notes: [...coded.notes, `A second apex is coded at frame ${second.value}.`] };
  },
  place: (names) => placeUnderSubject(names, /^EP\d/i),
  subjectDigits: 1,
};
