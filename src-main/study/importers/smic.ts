/**
 * SMIC, the high-speed part HS (Li et al., FG 2013), 100 fps.
 *   SMIC_all_raw/HS/s1/micro/{negative,positive,surprise}/s1_ne_01/image559740.*
 *   SMIC_all_cropped/HS/s1/micro/.../s1_ne_01/reg_image559740.bmp
 *   SMIC-HS-E_annotation.xlsx, sheet HS (often there is none); the empty header cells stand as `_`:
 *     Subject, Filename, _, OnsetF, OffsetF, Onset2F, Offset2F [, Onset3F, Offset3F], _, FirstF, LastF, TotalMF1,
 *     TotalMF2 [, TotalMF3], TotalVL, Emotion
 * No apex, no AUs. The emotion is in the folder and in the clip's name (ne, po, sur). Without a table the onset is the
 * clip's first frame, the offset its last. One sample a clip: further micro-expressions are noted.
 */
import type { TableRow } from "../tables/cells.ts";
import type { Table } from "../tables/columns.ts";
import { codedFrame, codedName, codedText, NOT_CODED } from "./shared/coded.ts";
import type { ReleaseLayout } from "./shared/release.ts";

type Field = "subject" | "clip" | "onset" | "offset" | "emotion" | "onset2" | "offset2" | "onset3" | "offset3";

const WORDS: Readonly<Record<string, string>> = { ne: "negative", po: "positive", sur: "surprise", su: "surprise" };
const CLIP = /^(s\d+)_(ne|po|sur?)_\d+/i;
const OTHER_CAMERA = /(?:^|[\s_-])(?:VIS|NIR)(?:$|[\s_-])/i;
const NO_EXPRESSION = /^non[\s_-]?micro/i;

function furtherExpressions(table: Table<Field>, row: TableRow): string[] {
  const pairs = [
    ["onset2", "offset2"],
    ["onset3", "offset3"],
  ] as const;
  return pairs.flatMap(([onset, offset]) => {
    const [from, to] = [onset, offset].map((field) => codedFrame(table.cell(row, field), table.header(field)).value);
    if (from === null && to === null) return [];
    return [`A further micro-expression is coded at frames ${from ?? "?"}-${to ?? "?"}.`];
  });
}

export const SMIC: ReleaseLayout<Field> = {
  dataset: "smic",
  table: { pattern: /smic|annotation/i, example: "SMIC-HS-E_annotation.xlsx", optional: true },
  sheet: "HS",
  columns: {
    subject: { headers: ["Subject"], required: true },
    clip: { headers: ["Filename"], required: true },
    onset: { headers: ["OnsetF"], required: true },
    offset: { headers: ["OffsetF"], required: true },
    onset2: { headers: ["Onset2F"], required: false },
    offset2: { headers: ["Offset2F"], required: false },
    onset3: { headers: ["Onset3F"], required: false },
    offset3: { headers: ["Offset3F"], required: false },
    emotion: { headers: ["Emotion"], required: false },
  },
  readRow: (table, row) => {
    const emotion = codedText(table.cell(row, "emotion"), table.header("emotion"));
    const word = emotion.value?.toLowerCase() ?? "";
    return {
      subject: codedText(table.cell(row, "subject"), table.header("subject")),
      clip: codedName(table.cell(row, "clip"), table.header("clip")),
      emotion: Object.hasOwn(WORDS, word) ? { ...emotion, value: WORDS[word] } : emotion,
      aus: NOT_CODED,
      onset: codedFrame(table.cell(row, "onset"), table.header("onset")),
      apex: NOT_CODED,
      offset: codedFrame(table.cell(row, "offset"), table.header("offset")),
      notes: furtherExpressions(table, row),
    };
  },
  place: (names) => {
    const clip = names[names.length - 1];
    const parts = CLIP.exec(clip);
    if (parts === null || names.some((name) => OTHER_CAMERA.test(name) || NO_EXPRESSION.test(name))) return null;
    return { subject: parts[1], clip, emotion: WORDS[parts[2].toLowerCase()] };
  },
  subjectDigits: 1,
};
