/**
 * A manifest: a CSV that names samples of any datasets, with the columns dataset, subject, clip, label or emotion, and any
 * of frames (folder), video, onset, apex, offset, apex_image, onset_image, flow_image, openface_csv, aus, fps. Paths are
 * relative to the CSV and stay in its folder.
 */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { datasetId, isKnownDataset, RELEASES } from "../../contract/datasets.ts";
import type { RowFault } from "../../contract/documents.ts";
import { ApexError } from "../../contract/errors.ts";
import { sampleId, type Sample } from "../../contract/sample.ts";
import { scanFrames } from "../frames.ts";
import { throwIfCancelled } from "../parallel.ts";
import { classWord } from "../presets.ts";
import { stopwatch } from "../stopwatch.ts";
import type { TableRow } from "../tables/cells.ts";
import { findTable, type Columns, type Table } from "../tables/columns.ts";
import { readSheets } from "../tables/read.ts";
import { listFolder, realFolder, resolveInside } from "../tree.ts";
import { checkOrder, checkPresence, standInApex } from "./shared/check-frames.ts";
import { checkPictures } from "./shared/check-pictures.ts";
import { codedFrame, codedName, codedText, take } from "./shared/coded.ts";
import { emptySample, repeatedFault, shownPath, type Gathered, type ImportRequest } from "./shared/gathered.ts";

const optional = (...headers: string[]) => ({ headers, required: false });

const COLUMNS = {
  dataset: { headers: ["dataset"], required: true },
  subject: { headers: ["subject"], required: true },
  clip: { headers: ["clip"], required: true },
  label: optional("label"),
  emotion: optional("emotion"),
  frames: optional("frames"),
  video: optional("video"),
  onset: optional("onset"),
  apex: optional("apex"),
  offset: optional("offset"),
  apexImage: optional("apex_image"),
  onsetImage: optional("onset_image"),
  flowImage: optional("flow_image"),
  openfaceCsv: optional("openface_csv"),
  aus: optional("aus"),
  fps: optional("fps"),
} satisfies Columns<string>;

type Field = keyof typeof COLUMNS;
type PathField = "frames" | "video" | "apexImage" | "onsetImage" | "flowImage" | "openfaceCsv";
const PATH_FIELDS = ["frames", "video", "apexImage", "onsetImage", "flowImage", "openfaceCsv"] as const;

/** One Gathered a dataset, in the order of their first rows. @throws ApexError for faults of the file. */
export async function readManifest(request: ImportRequest): Promise<Gathered[]> {
  const file = request.path;
  const table = findTable<Field>({ file, sheets: await readSheets(file), columns: COLUMNS, sheet: null });
  if (!table.has("label") && !table.has("emotion")) {
    throw new ApexError("table-invalid", `The manifest ${file} lacks a column label or emotion.`, { file });
  }
  if (table.rows.length === 0) {
    throw new ApexError("table-invalid", `The manifest ${file} is empty: no row follows its header.`, { file });
  }
  const reader = new ManifestReader(table, await realFolder(dirname(file)));
  const watch = stopwatch("Reading rows", table.rows.length, request.onProgress);
  for (const [index, row] of table.rows.entries()) {
    throwIfCancelled(request.signal);
    await reader.read(row);
    watch(index + 1);
  }
  return await reader.finish(request);
}

interface Group {
  /** Its rows' numbers. */
  readonly at: Set<number | null>;
  readonly samples: Map<string, Sample>;
  readonly skipped: RowFault[];
}

class ManifestReader {
  readonly #table: Table<Field>;
  readonly #root: string;
  readonly #shown: string;
  readonly #groups = new Map<string, Group>();

  constructor(table: Table<Field>, root: string) {
    this.#table = table;
    this.#root = root;
    this.#shown = shownPath(root, join(root, table.file.split(/[\\/]/).at(-1) ?? table.file));
  }

  async read(row: TableRow): Promise<void> {
    const key = this.#key(row);
    const paths = await this.#paths(row);
    const group = this.#group(key.dataset);
    group.at.add(row.row);
    const skip = (reason: string) =>
      group.skipped.push({ file: this.#shown, row: row.row, clip: key.clip === "" ? null : key.clip, reason });
    if (key.subject === "") return void skip("The row names no subject.");
    if (key.clip === "") return void skip("The row names no clip.");
    const sample = emptySample(key);
    sample.source = { table: this.#shown, row: row.row };
    sample.originals = this.#table.originals(row);
    this.#code(sample, row);
    const missing = await this.#attach(sample, row, paths);
    if (!isUsable(sample)) {
      return void skip(missing.length > 0 ? missing.join(" ") : "The row names no frames, video or picture.");
    }
    sample.doubts.push(...missing);
    const before = group.samples.get(sampleId(sample));
    if (before === undefined) group.samples.set(sampleId(sample), sample);
    else group.skipped.push(repeatedFault(before, sample));
  }

  async finish(request: ImportRequest): Promise<Gathered[]> {
    const groups = [...this.#groups];
    const { kept, skipped } = await checkPictures(
      groups.flatMap(([, { samples }]) => [...samples.values()]),
      request,
    );
    return groups.map(([dataset, group]): Gathered => {
      const faults = [...group.skipped, ...skipped.filter((fault) => group.at.has(fault.row))];
      return {
        dataset,
        rows: group.at.size,
        samples: kept.filter((sample) => sample.dataset === dataset),
        skipped: faults.sort((a, b) => (a.row ?? 0) - (b.row ?? 0)),
        matchedTolerantly: [],
        notes: [],
      };
    });
  }

  #group(dataset: string): Group {
    const group = this.#groups.get(dataset) ?? { at: new Set(), samples: new Map<string, Sample>(), skipped: [] };
    this.#groups.set(dataset, group);
    return group;
  }

  #key(row: TableRow): { dataset: string; subject: string; clip: string } {
    const text = (field: Field) => this.#table.cell(row, field).text;
    const dataset = datasetId(text("dataset"));
    if (dataset !== "") return { dataset, subject: text("subject"), clip: text("clip") };
    const { file } = this.#table;
    throw new ApexError("table-invalid", `Row ${row.row} of the manifest ${file} names no dataset.`, {
      file,
      row: row.row,
    });
  }

  /** Every path of the row, resolved; null where nothing is there. A path that leaves the folder ends the import. */
  async #paths(row: TableRow): Promise<ReadonlyMap<PathField, string | null>> {
    const paths = new Map<PathField, string | null>();
    for (const field of PATH_FIELDS) {
      const { text } = this.#table.cell(row, field);
      if (text === "") continue;
      const resolved = await resolveInside(this.#root, text);
      if (resolved === "escapes") {
        const { file } = this.#table;
        const message = `Row ${row.row} of the manifest ${file} names a path outside the manifest's folder: ${text}. Put the files beside the manifest and name them relative to it.`;
        throw new ApexError("path-escapes", message, { file, row: row.row });
      }
      paths.set(field, resolved);
    }
    return paths;
  }

  #code(sample: Sample, row: TableRow): void {
    const cell = (field: Field) => this.#table.cell(row, field);
    take(codedName(cell("clip"), "clip"), sample);
    sample.emotion = take(codedText(cell("emotion"), "emotion"), sample);
    sample.label = this.#label(sample, row);
    sample.aus = take(codedText(cell("aus"), "aus"), sample);
    sample.onset = take(codedFrame(cell("onset"), "onset"), sample);
    sample.apex = take(codedFrame(cell("apex"), "apex"), sample);
    sample.offset = take(codedFrame(cell("offset"), "offset"), sample);
    sample.fps = isKnownDataset(sample.dataset) ? RELEASES[sample.dataset].fps : null;
    const fps = take(codedText(cell("fps"), "fps"), sample);
    if (fps === null) return;
    const rate = Number(fps);
    if (Number.isFinite(rate) && rate > 0) sample.fps = rate;
    else sample.doubts.push(`fps is "${fps}" where a number of frames a second belongs.`);
  }

  #label(sample: Sample, row: TableRow): Sample["label"] {
    const text = take(codedText(this.#table.cell(row, "label"), "label"), sample);
    if (text === null) return null;
    const label = classWord(text);
    if (label !== null) return label;
    if (/^[+-]?\d+(?:\.\d*)?$/.test(text)) {
      const { file } = this.#table;
      const message = `Row ${row.row} of the manifest ${file} has the label "${text}": write positive, negative or surprise, because datasets number their classes differently.`;
      throw new ApexError("table-invalid", message, { file, row: row.row });
    }
    sample.doubts.push(`The label "${text}" is none of positive, negative, surprise.`);
    return null;
  }

  /** Takes over what exists; returns a sentence for everything named that does not. */
  async #attach(sample: Sample, row: TableRow, paths: ReadonlyMap<PathField, string | null>): Promise<string[]> {
    const missing: string[] = [];
    for (const [field, path] of paths) {
      const { text } = this.#table.cell(row, field);
      const name = COLUMNS[field].headers[0];
      const facts = path === null ? null : await stat(path);
      if (path === null || facts === null) missing.push(`The ${name} ${text} does not exist.`);
      else if (facts.isDirectory() !== (field === "frames")) {
        missing.push(
          `The ${name} ${text} is a ${field === "frames" ? "file; a folder belongs there" : "folder; a file belongs there"}.`,
        );
      } else if (field === "frames") missing.push(...(await this.#attachFrames(sample, path, text)));
      else sample[field] = path;
    }
    if (sample.frames === null) {
      checkOrder(sample);
      standInApex(sample);
      sample.framing = sample.video === null ? "cropped" : "raw";
    }
    return missing;
  }

  async #attachFrames(sample: Sample, path: string, text: string): Promise<string[]> {
    const { pictures } = await listFolder(this.#root, { path, parts: [] });
    const scan = scanFrames(path, pictures);
    const { files } = scan.frames;
    if (files.length === 0) return [`The frames folder ${text} holds no frames.`];
    sample.frames = scan.frames;
    // As in SMIC's release without a table: a clip's own ends stand in for what is not coded.
    const assumed: string[] = [];
    if (sample.onset === null) assumed.push(`onset ${(sample.onset = files[0][0])}`);
    if (sample.offset === null) assumed.push(`offset ${(sample.offset = files[files.length - 1][0])}`);
    if (assumed.length > 0) sample.notes.push(`Not coded, the clip's ends were taken: ${assumed.join(", ")}.`);
    checkOrder(sample);
    standInApex(sample);
    checkPresence(sample, scan);
    return [];
  }
}

function isUsable(sample: Sample): boolean {
  const { frames, video, apexImage, onsetImage, flowImage, openfaceCsv } = sample;
  return [frames, video, apexImage, onsetImage, flowImage, openfaceCsv].some((each) => each !== null);
}
