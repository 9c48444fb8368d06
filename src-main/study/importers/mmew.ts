/**
 * MMEW (Ben et al., IEEE TPAMI 2022), 90 fps.
 *   MMEW_Micro_Exp.xlsx or .csv, first sheet:
 *     Subject, Filename, OnsetFrame, ApexFrame, OffsetFrame, Action Units, Estimated Emotion, remarks
 *   Micro_Expression/<emotion>/S01-01-001/1.jpg (person-emotion-index)
 * The emotion stands in the table and in the folder above the clip; where they differ the row is doubtful.
 */
import { looseSubject } from "../match.ts";
import type { Columns } from "../tables/columns.ts";
import { readCommonRow, type CommonField } from "./shared/places.ts";
import type { ReleaseLayout } from "./shared/release.ts";

const COLUMNS: Columns<CommonField> = {
  subject: { headers: ["Subject"], required: true },
  clip: { headers: ["Filename"], required: true },
  onset: { headers: ["OnsetFrame"], required: true },
  apex: { headers: ["ApexFrame"], required: true },
  offset: { headers: ["OffsetFrame"], required: true },
  aus: { headers: ["Action Units", "AU", "AUs"], required: false },
  emotion: { headers: ["Estimated Emotion", "Emotion"], required: false },
};

const CLIP = /^(S\d+)-\d+-\d+/i;
const EMOTION_FOLDER = /^(?:happiness|surprise|disgust|fear|sadness|anger|others?|contempt)$/i;

export const MMEW: ReleaseLayout<CommonField> = {
  dataset: "mmew",
  table: { pattern: /mmew/i, example: "MMEW_Micro_Exp.xlsx", optional: false },
  sheet: null,
  columns: COLUMNS,
  readRow: (table, row) => {
    const coded = readCommonRow(table, row);
    const person = CLIP.exec(coded.clip.value ?? "")?.[1];
    const subject = coded.subject.value;
    if (person === undefined) return coded;
    if (subject === null) return { ...coded, subject: { value: looseSubject(person), doubt: coded.subject.doubt } };
    if (looseSubject(person) === looseSubject(subject)) return coded;
    const doubt = `The table says subject ${subject}, the clip's name says ${person}.`;
    return { ...coded, subject: { value: subject, doubt } };
  },
  place: (names) => {
    const clip = names[names.length - 1];
    const parent = names[names.length - 2] ?? "";
    if (!CLIP.test(clip)) return null;
    return { subject: null, clip, emotion: EMOTION_FOLDER.test(parent) ? parent.toLowerCase() : null };
  },
  subjectDigits: 1,
};
