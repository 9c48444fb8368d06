/** What an importer hands on: samples whose classes are not looked at yet, and everything that a person must be told. */
import { relative } from "node:path";
import type { RowFault } from "../../../contract/documents.ts";
import type { OnProgress } from "../../../contract/progress.ts";
import type { Sample } from "../../../contract/sample.ts";
import { isInside } from "../../tree.ts";

export interface ImportRequest {
  /** The release's folder, or the manifest. */
  readonly path: string;
  /** The coding table, where it is not inside the folder. */
  readonly table?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface Gathered {
  readonly dataset: string;
  /** Filled rows of the table below its header; clips found where there is no table. */
  readonly rows: number;
  readonly samples: readonly Sample[];
  readonly skipped: readonly RowFault[];
  readonly matchedTolerantly: readonly { row: number; table: string; folder: string }[];
  /** What holds for the whole import: another table beside the one that was read. */
  readonly notes: readonly RowFault[];
}

/** A path as messages and reports show it: relative to the folder that was imported, where it lies inside. */
export function shownPath(root: string, path: string): string {
  return isInside(root, path) ? relative(root, path) || path : path;
}

/** A sample with nothing known but its key; importers fill in what they find. */
export function emptySample(key: { dataset: string; subject: string; clip: string }): Sample {
  return {
    ...key,
    emotion: null,
    label: null,
    aus: null,
    onset: null,
    apex: null,
    offset: null,
    apexSource: null,
    fps: null,
    framing: "raw",
    frames: null,
    video: null,
    onsetImage: null,
    apexImage: null,
    flowImage: null,
    openfaceCsv: null,
    status: "ready",
    doubts: [],
    notes: [],
    originals: {},
    source: { table: null, row: null },
  };
}

/** Where a fault of a sample is listed: its table row, or its folder where there is no table. */
export function faultAt(sample: Sample, reason: string): RowFault {
  const { table, row } = sample.source;
  return { file: table ?? sample.frames?.folder ?? "", row, clip: sample.clip, reason };
}

const CODING = ["emotion", "label", "aus", "onset", "apex", "offset"] as const;

/** Two rows with one key: the first is kept, and doubted where the second codes it otherwise. */
export function repeatedFault(before: Sample, sample: Sample): RowFault {
  const differ = CODING.filter((field) => before[field] !== sample[field]);
  if (differ.length > 0)
    before.doubts.push(`${source(sample)} bears its subject and clip too, with another ${differ.join(", ")}.`);
  return faultAt(sample, `It repeats subject ${sample.subject}, clip ${sample.clip}: ${source(before)} is kept.`);
}

function source(sample: Sample): string {
  return sample.source.row === null ? `The folder ${sample.frames?.folder ?? ""}` : `Row ${sample.source.row}`;
}
