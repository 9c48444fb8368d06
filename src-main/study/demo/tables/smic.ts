/** SMIC's table: no apex, no AUs; offsets and the clip's ends are formulas that reach into the other camera's sheet. */
import { SMIC_CLASS, type PlacedClip, smicClass } from "../places.ts";
import { STUDIOS } from "../studios.ts";
import type { Cell, CodingTable } from "./workbook.ts";

export function smicTable(clips: readonly PlacedClip[]): CodingTable {
  const hs: Cell[][] = [
    [
      "Subject",
      "Filename",
      null,
      "OnsetF",
      "OffsetF",
      "Onset2F",
      "Offset2F",
      null,
      "FirstF",
      "LastF",
      "TotalMF1",
      "TotalMF2",
      "TotalVL",
      "Emotion",
    ],
  ];
  const vis: Cell[][] = [["Subject", "Filename", null, "OnsetF", "OffsetF", "LengthF", "LeadF", "TailF"]];
  clips.forEach((placed, n) => {
    const row = n + 2;
    const { clip } = placed;
    const length = clip.offset - clip.onset;
    vis.push([
      placed.subject,
      placed.name,
      null,
      1,
      Math.round(length / 4) + 1,
      length,
      clip.onset,
      placed.last - placed.offset,
    ]);
    // A few clips hold a second micro-expression, after the first.
    const second = n % 17 === 5 && placed.last - placed.offset >= 2;
    // Subjects below ten are now and then written with a zero.
    const name = placed.subject < 10 && n % 11 === 3 ? placed.name.replace(/^s/, "s0") : placed.name;
    hs.push([
      placed.subject,
      name,
      null,
      placed.onset,
      { formula: `D${row}+VIS!F${row}`, value: placed.offset },
      second ? placed.offset + 1 : null,
      second ? placed.last : null,
      null,
      { formula: `D${row}-VIS!G${row}`, value: clip.first },
      { formula: `E${row}+VIS!H${row}`, value: placed.last },
      { formula: `E${row}-D${row}+1`, value: length + 1 },
      second ? { formula: `G${row}-F${row}+1`, value: placed.last - placed.offset } : null,
      { formula: `J${row}-I${row}+1`, value: clip.frames },
      SMIC_CLASS[smicClass(clip.emotion)],
    ]);
  });
  return { path: `${STUDIOS.smic.release}/SMIC-HS-E_annotation.xlsx`, kind: "xlsx", sheets: { HS: hs, VIS: vis } };
}
