/** How each release spells a clip: subject, clip name, folder, file names, and the frame numbers of its table. */
import type { DatasetId } from "../../contract/datasets.ts";
import { ApexError, unreachable } from "../../contract/errors.ts";
import type { Emotion } from "./codings.ts";
import type { DemoPlan, PlannedClip } from "./plan.ts";
import { STUDIOS } from "./studios.ts";

export interface PlacedClip {
  readonly clip: PlannedClip;
  /** As in the release's folders and clip names: "s3", "sub01", "006", "S07". */
  readonly folderOfSubject: string;
  /** The subject's number; SAMM and CASME II pad it. */
  readonly subject: number;
  readonly name: string;
  /** The clip's folder relative to the demo releases' folder, with "/". */
  readonly folder: string;
  /** File name of a frame by its number. */
  readonly file: (number: number) => string;
  /** Frame numbers as in the file names. */
  readonly onset: number;
  readonly apex: number;
  readonly offset: number;
  readonly last: number;
}

const SMIC_SUBJECTS = [1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 14, 15, 18, 19, 20];
const SAMM_SUBJECTS = [
  6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 30, 31, 32, 33, 34, 35, 36, 37,
];
/** SMIC codes three classes only. */
export const SMIC_CLASS = { positive: "po", negative: "ne", surprise: "sur" } as const;

export function smicClass(emotion: Emotion): keyof typeof SMIC_CLASS {
  return emotion === "happiness" ? "positive" : emotion === "surprise" ? "surprise" : "negative";
}

const MMEW_CODES: Partial<Record<Emotion, string>> = {
  happiness: "01",
  surprise: "02",
  disgust: "03",
  others: "04",
  fear: "05",
  sadness: "06",
  anger: "07",
};

const pad = (value: number, digits: number) => String(value).padStart(digits, "0");

function subjectNumber(dataset: DatasetId, person: number): number {
  if (dataset === "smic") return SMIC_SUBJECTS[person];
  if (dataset === "samm") return SAMM_SUBJECTS[person];
  return person + 1;
}

type Spelling = Pick<PlacedClip, "folderOfSubject" | "name" | "folder" | "file">;

/** `nth`: counts the subject's clips (and, where names hold the emotion, those of that emotion) from 1. */
function spell(clip: PlannedClip, o: { subject: number; nth: number; nthOfKind: number }): Spelling {
  const { subject, nth, nthOfKind } = o;
  const { dataset, emotion } = clip;
  const { release } = STUDIOS[dataset];
  switch (dataset) {
    case "smic": {
      const kind = smicClass(emotion);
      const name = `s${subject}_${SMIC_CLASS[kind]}_${pad(nthOfKind, 2)}`;
      const folder = `${release}/SMIC_all_raw/HS/s${subject}/micro/${kind}/${name}`;
      return { folderOfSubject: `s${subject}`, name, folder, file: (n) => `image${n}.jpg` };
    }
    case "casme": {
      const sub = `sub${pad(subject, 2)}`;
      const name = `EP${pad(1 + (nth % 13), 2)}_${nth}`;
      return {
        folderOfSubject: sub,
        name,
        folder: `${release}/Section A/${sub}/${name}`,
        file: (n) => `${name}-${n}.jpg`,
      };
    }
    case "casme2": {
      const sub = `sub${pad(subject, 2)}`;
      // Names repeat across subjects, as in the release.
      const name = `EP${pad(1 + (nth % 19), 2)}_${pad(1 + Math.floor(nth / 4), 2)}${nth % 3 === 0 ? "f" : ""}`;
      return {
        folderOfSubject: sub,
        name,
        folder: `${release}/CASME2_RAW_selected/${sub}/${name}`,
        file: (n) => `img${n}.jpg`,
      };
    }
    case "samm": {
      const id = pad(subject, 3);
      const name = `${id}_${1 + (nth % 7)}_${nth}`;
      // A few clips count with another number of digits.
      const digits = clip.index % 29 === 7 ? 4 : 5;
      return {
        folderOfSubject: id,
        name,
        folder: `${release}/SAMM/${id}/${name}`,
        file: (n) => `${id}_${pad(n, digits)}.jpg`,
      };
    }
    case "mmew": {
      const code = MMEW_CODES[emotion];
      if (code === undefined) throw new ApexError("internal", `MMEW has no code for ${emotion}.`);
      const name = `S${pad(subject, 2)}-${code}-${pad(nthOfKind, 3)}`;
      return {
        folderOfSubject: `S${pad(subject, 2)}`,
        name,
        folder: `${release}/Micro_Expression/${emotion}/${name}`,
        file: (n) => `${n}.jpg`,
      };
    }
    default:
      return unreachable(dataset, "dataset");
  }
}

/** Every clip with its names, in the plan's order. */
export function placeClips(plan: DemoPlan): PlacedClip[] {
  const seen = new Map<string, number>();
  const next = (key: string) => {
    const n = (seen.get(key) ?? 0) + 1;
    seen.set(key, n);
    return n;
  };
  return plan.clips.map((clip) => {
    const subject = subjectNumber(clip.dataset, clip.person);
    const kind = clip.dataset === "smic" ? smicClass(clip.emotion) : clip.emotion;
    const nth = next(`${clip.dataset}/${subject}`);
    const nthOfKind = next(`${clip.dataset}/${subject}/${kind}`);
    return {
      clip,
      subject,
      ...spell(clip, { subject, nth, nthOfKind }),
      onset: clip.first + clip.onset,
      apex: clip.first + clip.apex,
      offset: clip.first + clip.offset,
      last: clip.first + clip.frames - 1,
    };
  });
}

/** Folder of a clip's truth, relative to the demo releases' folder. */
export const truthPath = (placed: PlacedClip): string =>
  `truth/${STUDIOS[placed.clip.dataset].dataset}/${placed.folderOfSubject}/${placed.name}`;
