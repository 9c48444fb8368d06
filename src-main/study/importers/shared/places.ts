/** How the releases name the folders of a subject and of a clip. */
import type { CodedRow, Place } from "./release.ts";
import { codedFrame, codedName, codedText } from "./coded.ts";
import type { TableRow } from "../../tables/cells.ts";
import type { Table } from "../../tables/columns.ts";

/** `sub01`, `s1`, `01`, `006`. */
const SUBJECT = /^(?:subject|sub|s)?[\s_-]?\d+$/i;

/** subject folder / clip folder; the subject stays open where no subject folder is above (frames sorted by clip alone). */
export function placeUnderSubject(names: readonly string[], clip: RegExp): Place | null {
  const name = names[names.length - 1];
  const parent = names[names.length - 2] ?? "";
  if (!clip.test(name)) return null;
  return { subject: SUBJECT.test(parent) ? parent : null, clip: name, emotion: null };
}

export type CommonField = "subject" | "clip" | "onset" | "apex" | "offset" | "aus" | "emotion";

/** The row as most releases write it: one column a field. The subject may be a number: it is compared without zeros. */
export function readCommonRow<F extends string>(table: Table<F | CommonField>, row: TableRow): CodedRow {
  const frame = (field: CommonField) => codedFrame(table.cell(row, field), table.header(field));
  const text = (field: CommonField) => codedText(table.cell(row, field), table.header(field));
  return {
    subject: text("subject"),
    clip: codedName(table.cell(row, "clip"), table.header("clip")),
    emotion: text("emotion"),
    aus: text("aus"),
    onset: frame("onset"),
    apex: frame("apex"),
    offset: frame("offset"),
    notes: [],
  };
}
