/** CASME's table, a legacy .xls: "\" where there is no second apex, times in milliseconds. */
import { RELEASES } from "../../../contract/datasets.ts";
import type { PlacedClip } from "../places.ts";
import { STUDIOS } from "../studios.ts";
import { auCell } from "./au-cell.ts";
import type { Cell, CodingTable } from "./workbook.ts";

const ms = (frames: number) => Math.round((frames * 100_000) / RELEASES.casme.fps) / 100;

export function casmeTable(clips: readonly PlacedClip[]): CodingTable {
  const rows: Cell[][] = [
    ["Subject", "Filename", null, "OnsetF", "ApexF1", "ApexF2", "OffsetF", null, "Onset", "Total", "AU", "Emotion"],
  ];
  clips.forEach((placed, n) => {
    const second = n % 23 === 4 && placed.apex + 1 < placed.offset;
    rows.push([
      placed.subject,
      placed.name,
      null,
      placed.onset,
      placed.apex,
      second ? placed.apex + 1 : "\\",
      placed.offset,
      null,
      ms(placed.apex - placed.onset + 1),
      ms(placed.offset - placed.onset + 1),
      auCell(placed.clip.coding),
      placed.clip.emotion,
    ]);
  });
  return { path: `${STUDIOS.casme.release}/CASME-coded-20130416.xls`, kind: "biff8", sheets: { Sheet1: rows } };
}
