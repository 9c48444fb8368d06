/** CASME II's table of 2014: subjects as text, "/" for an unknown apex, "?" for an uncoded AU, two empty sheets behind. */
import type { PlacedClip } from "../places.ts";
import { STUDIOS } from "../studios.ts";
import { auCell } from "./au-cell.ts";
import type { Cell, CodingTable } from "./workbook.ts";

export function casme2Table(clips: readonly PlacedClip[]): CodingTable {
  const rows: Cell[][] = [
    ["Subject", "Filename", null, "OnsetFrame", "ApexFrame", "OffsetFrame", null, "Action Units", "Estimated Emotion"],
  ];
  clips.forEach((placed, n) => {
    rows.push([
      String(placed.subject).padStart(2, "0"),
      placed.name,
      null,
      placed.onset,
      n % 37 === 9 ? "/" : placed.apex,
      placed.offset,
      null,
      n % 41 === 12 ? "?" : auCell(placed.clip.coding),
      placed.clip.emotion,
    ]);
  });
  return {
    path: `${STUDIOS.casme2.release}/CASME2-coding-20140508.xlsx`,
    kind: "xlsx",
    sheets: { Sheet1: rows, Sheet2: [], Sheet3: [] },
  };
}
