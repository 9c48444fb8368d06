/** Names and public facts of the five releases (paper, Table 1; the releases' own coding tables). */
import type { EmotionClass } from "./classes.ts";

export const DATASET_IDS = ["smic", "casme", "casme2", "samm", "mmew"] as const;
export type DatasetId = (typeof DATASET_IDS)[number];

export interface ReleaseFacts {
  readonly id: DatasetId;
  /** As shown and as printed in JSON. */
  readonly name: string;
  readonly letter: string;
  readonly fps: number;
  /** Size of the face in the release's own cropped pictures, width x height in pixels. */
  readonly face: readonly [number, number];
  readonly grey: boolean;
}

export const RELEASES: Record<DatasetId, ReleaseFacts> = {
  smic: { id: "smic", name: "SMIC", letter: "S", fps: 100, face: [190, 230], grey: false },
  casme: { id: "casme", name: "CASME", letter: "C", fps: 60, face: [150, 190], grey: false },
  casme2: { id: "casme2", name: "CASME II", letter: "2", fps: 200, face: [280, 340], grey: false },
  samm: { id: "samm", name: "SAMM", letter: "A", fps: 200, face: [400, 400], grey: true },
  mmew: { id: "mmew", name: "MMEW", letter: "M", fps: 90, face: [400, 400], grey: false },
};

export interface KnownCounts extends Record<EmotionClass, number> {
  /** Which published table the counts are of. */
  readonly release: string;
}

/** Published counts per class under a label preset; several where a release has several tables. */
export const KNOWN_COUNTS: Record<"paper" | "megc2019", Partial<Record<DatasetId, readonly KnownCounts[]>>> = {
  paper: {
    smic: [{ release: "SMIC-HS (paper, Table 1)", positive: 51, negative: 70, surprise: 43 }],
    casme: [{ release: "CASME (paper, Table 1)", positive: 9, negative: 53, surprise: 21 }],
    casme2: [
      { release: "CASME II, table of 2014 (paper, Table 1)", positive: 32, negative: 72, surprise: 25 },
      { release: "CASME II, table of 2019", positive: 32, negative: 69, surprise: 28 },
    ],
    samm: [{ release: "SAMM v2 (paper, Table 1)", positive: 26, negative: 80, surprise: 15 }],
    mmew: [{ release: "MMEW (paper, Table 1)", positive: 36, negative: 109, surprise: 89 }],
  },
  megc2019: {
    smic: [{ release: "SMIC-HS (MEGC 2019)", positive: 51, negative: 70, surprise: 43 }],
    casme2: [
      { release: "CASME II, table of 2014, by the rule", positive: 32, negative: 90, surprise: 25 },
      { release: "CASME II (MEGC 2019 table)", positive: 32, negative: 88, surprise: 25 },
    ],
    samm: [{ release: "SAMM v2 (MEGC 2019)", positive: 26, negative: 92, surprise: 15 }],
  },
};

const squeeze = (text: string) => text.toLowerCase().replaceAll(/[\s_-]+/g, "");

const ID_OF_SQUEEZED: ReadonlyMap<string, DatasetId> = new Map<string, DatasetId>([
  ...DATASET_IDS.map((id) => [id, id] as const),
  ["casmeii", "casme2"],
  ["smichs", "smic"],
]);

/** `"CASME II"`, `casme-2`, `CASMEII` -> `casme2`; a lab's own dataset keeps its name as written (trimmed). */
export function datasetId(text: string): string {
  return ID_OF_SQUEEZED.get(squeeze(text)) ?? text.trim();
}

export function isKnownDataset(id: string): id is DatasetId {
  return (DATASET_IDS as readonly string[]).includes(id);
}

/** The name that a person reads: `CASME II` for `casme2`; own datasets as written. */
export function datasetName(id: string): string {
  return isKnownDataset(id) ? RELEASES[id].name : id;
}

const rank = (id: string) => (isKnownDataset(id) ? DATASET_IDS.indexOf(id) : DATASET_IDS.length);

/** Table order: the five releases as in the paper's Table 1, then own datasets by name. */
export function compareDatasets(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
