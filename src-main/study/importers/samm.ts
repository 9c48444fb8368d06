/**
 * SAMM (Davison et al., IEEE Transactions on Affective Computing 2018), 200 fps, grey.
 *   SAMM_Micro_FACS_Codes_v2.xlsx, sheet MICRO_ONLY, 13 rows of notes above the header in row 14:
 *     Subject, Filename, Inducement Code, Onset Frame, Apex Frame, Offset Frame, Duration, Micro, Action Units,
 *     Estimated Emotion, Objective Classes, Notes
 *   SAMM/006/006_1_2/006_05562.jpg
 * Duration is a formula. Two rows of the release are impossible (an apex outside onset..offset): they need review.
 */
import type { Columns } from "../tables/columns.ts";
import { placeUnderSubject, readCommonRow, type CommonField } from "./shared/places.ts";
import type { ReleaseLayout } from "./shared/release.ts";

const COLUMNS: Columns<CommonField> = {
  subject: { headers: ["Subject"], required: true },
  clip: { headers: ["Filename"], required: true },
  onset: { headers: ["Onset Frame"], required: true },
  apex: { headers: ["Apex Frame"], required: true },
  offset: { headers: ["Offset Frame"], required: true },
  aus: { headers: ["Action Units", "AU", "AUs"], required: false },
  emotion: { headers: ["Estimated Emotion", "Emotion"], required: true },
};

export const SAMM: ReleaseLayout<CommonField> = {
  dataset: "samm",
  table: { pattern: /samm|micro_facs/i, example: "SAMM_Micro_FACS_Codes_v2.xlsx", optional: false },
  sheet: "MICRO_ONLY",
  columns: COLUMNS,
  readRow: readCommonRow,
  place: (names) => {
    const place = placeUnderSubject(names, /^\d+_\d+_\d+/);
    return place === null || place.subject !== null ? place : { ...place, subject: place.clip.split("_")[0] };
  },
  subjectDigits: 3,
};
