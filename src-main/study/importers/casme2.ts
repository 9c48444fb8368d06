/**
 * CASME II (Yan et al., PLoS ONE 2014), 200 fps.
 *   CASME2-coding-20140508.xlsx (or -20190701), sheet Sheet1; the empty header cells stand as `_`:
 *     Subject, Filename, _, OnsetFrame, ApexFrame, OffsetFrame, _, Action Units, Estimated Emotion [, Objective Classes]
 *   CASME2_RAW_selected/sub01/EP02_01f/img46.jpg
 *   Cropped/sub01/EP02_01f/reg_img46.jpg
 * Clip names repeat across subjects. ApexFrame is "/" where unknown.
 */
import type { Columns } from "../tables/columns.ts";
import { placeUnderSubject, readCommonRow, type CommonField } from "./shared/places.ts";
import type { ReleaseLayout } from "./shared/release.ts";

const COLUMNS: Columns<CommonField> = {
  subject: { headers: ["Subject"], required: true },
  clip: { headers: ["Filename"], required: true },
  onset: { headers: ["OnsetFrame"], required: true },
  apex: { headers: ["ApexFrame"], required: true },
  offset: { headers: ["OffsetFrame"], required: true },
  aus: { headers: ["Action Units", "AU", "AUs"], required: false },
  emotion: { headers: ["Estimated Emotion", "Emotion"], required: true },
};

export const CASME2: ReleaseLayout<CommonField> = {
  dataset: "casme2",
  table: { pattern: /casme\s*[-_ ]?(?:2|ii)/i, example: "CASME2-coding-20140508.xlsx", optional: false },
  sheet: null,
  columns: COLUMNS,
  readRow: readCommonRow,
  place: (names) => placeUnderSubject(names, /^EP\d/i),
  subjectDigits: 2,
};
