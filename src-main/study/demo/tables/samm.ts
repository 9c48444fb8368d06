/**
 * SAMM's table: 13 rows of notes above the header, a calculated duration, doubtful AU cells, and the two impossible rows
 * (an apex after its offset, an apex before its onset) that every reader of this release meets.
 */
import type { Emotion } from "../codings.ts";
import type { PlacedClip } from "../places.ts";
import { STUDIOS } from "../studios.ts";
import { auCell } from "./au-cell.ts";
import type { Cell, CodingTable, Rows } from "./workbook.ts";

const NOTES: Rows = [
  ["Micro-movement codes of a drawn demonstration set in the layout of SAMM"],
  [],
  ["Frames are numbered from the start of the recording, at 200 frames a second."],
  ["Duration counts the frames from onset to offset, both included."],
  ["Action units: A or B after a number would give its strength; L and R give the side."],
  ["'or' separates codings between which the coders did not decide."],
  ["'?' marks an action unit that was not certain."],
  ["'ref' marks a reference frame outside of the clip."],
  ["Objective classes are numbered I to VII."],
  ["1: I; 2: II; 3: III; 4: IV; 5: V; 6: VI; 7: others"],
  ["Inducement code: which of the seven films was shown."],
  [],
  [],
];

const WORDS: Partial<Record<Emotion, string>> = { others: "Other" };
const OBJECTIVE: Partial<Record<Emotion, number>> = {
  happiness: 1,
  surprise: 2,
  anger: 3,
  disgust: 4,
  sadness: 5,
  fear: 6,
};

function word(emotion: Emotion): string {
  return WORDS[emotion] ?? emotion[0].toUpperCase() + emotion.slice(1);
}

/** 17 of the release's 159 cells hold more than action units. */
function doubtful(coding: string, n: number): Cell {
  switch (n % 37) {
    case 3:
      return `${coding} or 14`;
    case 11:
      return `${coding}?`;
    case 19:
      return `${coding} ref`;
    case 29:
      return `${coding}/7`;
    default:
      return auCell(coding);
  }
}

export function sammTable(clips: readonly PlacedClip[]): CodingTable {
  const rows: Cell[][] = [
    ...NOTES.map((cells) => [...cells]),
    [
      "Subject",
      "Filename",
      "Inducement Code",
      "Onset Frame",
      "Apex Frame",
      "Offset Frame",
      "Duration",
      "Micro",
      "Action Units",
      "Estimated Emotion",
      "Objective Classes",
      "Notes",
    ],
  ];
  const counts = new Map<number, number>();
  for (const { subject } of clips) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  const seen = new Map<number, number>();
  clips.forEach((placed, n) => {
    const row = rows.length + 1;
    const nth = (seen.get(placed.subject) ?? 0) + 1;
    seen.set(placed.subject, nth);
    const apex = n === 5 ? placed.offset + 6 : n === 14 ? placed.onset - 4 : placed.apex;
    rows.push([
      String(placed.subject).padStart(3, "0"),
      placed.name,
      Number(placed.name.split("_")[1]),
      placed.onset,
      apex,
      placed.offset,
      { formula: `SUM(F${row}-D${row})+1`, value: placed.offset - placed.onset + 1 },
      `Micro - ${nth}/${counts.get(placed.subject) ?? 0}`,
      doubtful(placed.clip.coding, n),
      word(placed.clip.emotion),
      OBJECTIVE[placed.clip.emotion] ?? 7,
      null,
    ]);
  });
  return { path: `${STUDIOS.samm.release}/SAMM_Micro_FACS_Codes_v2.xlsx`, kind: "xlsx", sheets: { MICRO_ONLY: rows } };
}
