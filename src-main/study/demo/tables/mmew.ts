/** MMEW's table: frames counted from the clip's own first, 1. */
import type { PlacedClip } from "../places.ts";
import { STUDIOS } from "../studios.ts";
import { auCell } from "./au-cell.ts";
import type { Cell, CodingTable } from "./workbook.ts";

export function mmewTable(clips: readonly PlacedClip[]): CodingTable {
  const rows: Cell[][] = [
    ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Action Units", "Estimated Emotion", "remarks"],
  ];
  for (const { clip, subject, name, onset, apex, offset } of clips) {
    rows.push([subject, name, onset, apex, offset, auCell(clip.coding), clip.emotion, null]);
  }
  return { path: `${STUDIOS.mmew.release}/MMEW_Micro_Exp.xlsx`, kind: "xlsx", sheets: { Sheet1: rows } };
}
