/**
 * What the five releases share: one coding table with a row a sample, and one folder of frames a clip. Each release's own
 * file says what its table and folders look like; this one walks, matches, checks and lists.
 */
import { basename, dirname } from "node:path";
import { RELEASES, type DatasetId } from "../../../contract/datasets.ts";
import type { RowFault } from "../../../contract/documents.ts";
import { ApexError, unreachable } from "../../../contract/errors.ts";
import { sampleId, type Sample } from "../../../contract/sample.ts";
import { scanFrames } from "../../frames.ts";
import { ClipIndex, looseSubject } from "../../match.ts";
import { squeezeEmotion } from "../../presets.ts";
import { stopwatch } from "../../stopwatch.ts";
import type { TableRow } from "../../tables/cells.ts";
import type { Columns, Table } from "../../tables/columns.ts";
import { realFolder, walkTree, type TreeFolder } from "../../tree.ts";
import { checkOrder, checkPresence, standInApex } from "./check-frames.ts";
import { checkPictures } from "./check-pictures.ts";
import { take, uncachedDoubt, type Coded } from "./coded.ts";
import { emptySample, repeatedFault, shownPath, type Gathered, type ImportRequest } from "./gathered.ts";
import { findReleaseTable } from "./release-table.ts";

/** Whose clip a folder holds, as far as the folder names say it. */
export interface Place {
  readonly subject: string | null;
  readonly clip: string;
  /** The emotion that the folders state (SMIC, MMEW). */
  readonly emotion: string | null;
}

export interface CodedRow {
  readonly subject: Coded<string>;
  readonly clip: Coded<string>;
  readonly emotion: Coded<string>;
  readonly aus: Coded<string>;
  readonly onset: Coded<number>;
  readonly apex: Coded<number>;
  readonly offset: Coded<number>;
  readonly notes: readonly string[];
}

export interface ReleaseLayout<F extends string> {
  readonly dataset: DatasetId;
  readonly table: { readonly pattern: RegExp; readonly example: string; readonly optional: boolean };
  readonly sheet: string | null;
  readonly columns: Columns<F>;
  readonly readRow: (table: Table<F>, row: TableRow) => CodedRow;
  /** `names`: the folder's name and those above it, from the outermost; null where the folder is no clip. */
  readonly place: (names: readonly string[]) => Place | null;
  /** Digits of a subject in the release's own spelling: "01" in CASME II, "006" in SAMM. */
  readonly subjectDigits: number;
}

interface Clip extends Place {
  readonly folder: TreeFolder;
  readonly framing: Sample["framing"];
}

/** @throws ApexError for faults of files; faults of rows are listed in what it returns. */
export async function readRelease<F extends string>(
  layout: ReleaseLayout<F>,
  request: ImportRequest,
): Promise<Gathered> {
  const { signal, onProgress } = request;
  const root = await realFolder(request.path);
  const folders = await walkTree(root, {
    signal,
    onFolders: (found) => {
      if (found % 100 === 0)
        onProgress?.({ what: "Listing folders", done: found, total: found, left: null, note: null });
    },
  });
  const found = await findReleaseTable({
    ...layout.table,
    root,
    folders,
    named: request.table,
    sheet: layout.sheet,
    columns: layout.columns,
  });
  const { clips, notes } = chooseClips(layout, { root, folders });
  if (found === null && clips.length === 0) throw nothingFound(layout, root);
  const reader = new Reader(layout, root, clips);
  if (found === null) for (const clip of clips) reader.readClip(clip);
  else {
    const watch = stopwatch("Reading rows", found.table.rows.length, onProgress);
    for (const [index, row] of found.table.rows.entries()) {
      reader.readTableRow(found.table, row);
      watch(index + 1);
    }
    for (const other of found.others) {
      const reason = `Another table of the release; ${shownPath(root, found.table.file)} was read. Name this one as the table to use it.`;
      notes.push({ file: shownPath(root, other), row: null, clip: null, reason });
    }
  }
  const { kept, skipped } = await checkPictures(reader.samples, request);
  return {
    dataset: layout.dataset,
    rows: found === null ? clips.length : found.table.rows.length,
    samples: kept,
    skipped: [...reader.skipped, ...skipped].sort((a, b) => (a.row ?? 0) - (b.row ?? 0)),
    matchedTolerantly: reader.matchedTolerantly,
    notes,
  };
}

function nothingFound<F extends string>(layout: ReleaseLayout<F>, root: string): ApexError {
  const { example } = layout.table;
  const name = RELEASES[layout.dataset].name;
  const message = `Neither a coding table (${example}) nor a clip of ${name} was found in ${root}: choose the release's own folder.`;
  return new ApexError("file-missing", message, { file: root });
}

const CROPPED = /(?:^|[\s_-])crop(?:ped)?(?:$|[\s_-])/i;

/** The clip folders of the tree. Where a release holds raw and cropped frames, the raw ones are taken. */
function chooseClips<F extends string>(
  layout: ReleaseLayout<F>,
  tree: { root: string; folders: readonly TreeFolder[] },
): { clips: Clip[]; notes: RowFault[] } {
  const { root, folders } = tree;
  const above = [basename(dirname(root)), basename(root)];
  const clips: Clip[] = [];
  for (const folder of folders) {
    const names = [...above, ...folder.parts];
    const place = layout.place(names);
    if (place !== null)
      clips.push({ ...place, folder, framing: names.some((name) => CROPPED.test(name)) ? "cropped" : "raw" });
  }
  const raw = clips.filter((clip) => clip.framing === "raw");
  if (raw.length === 0 || raw.length === clips.length) return { clips, notes: [] };
  const reason = `Raw and cropped frames were both found; the raw ones (${raw.length} clips) are used. Import the cropped folder itself to use those.`;
  return { clips: raw, notes: [{ file: root, row: null, clip: null, reason }] };
}

class Reader<F extends string> {
  readonly samples: Sample[] = [];
  readonly skipped: RowFault[] = [];
  readonly matchedTolerantly: { row: number; table: string; folder: string }[] = [];
  readonly #layout: ReleaseLayout<F>;
  readonly #root: string;
  readonly #index: ClipIndex<Clip>;
  readonly #byKey = new Map<string, Sample>();

  constructor(layout: ReleaseLayout<F>, root: string, clips: readonly Clip[]) {
    this.#layout = layout;
    this.#root = root;
    this.#index = new ClipIndex(clips);
  }

  readTableRow(table: Table<F>, row: TableRow): void {
    const coded = this.#layout.readRow(table, row);
    const file = shownPath(this.#root, table.file);
    const skip = (reason: string) => {
      const doubts = [coded.subject, coded.clip].flatMap(({ doubt }) => (doubt === null ? [] : [doubt]));
      this.skipped.push({ file, row: row.row, clip: coded.clip.value, reason: [...doubts, reason].join(" ") });
    };
    const [subject, name] = [coded.subject.value, coded.clip.value];
    if (name === null) return skip("The row names no clip.");
    if (subject === null) return skip("The row names no subject.");
    const match = this.#index.find(subject, name);
    switch (match.kind) {
      case "none":
        return skip(`No folder of frames was found for subject ${subject}, clip ${name}.`);
      case "ambiguous": {
        const sample = this.#sample({ subject, clip: name });
        const places = match.candidates.map((clip) => clip.folder.parts.join("/")).join(", ");
        sample.doubts.push(`Several folders fit it, so none was taken: ${places}.`);
        return this.#code(sample, { table, row, coded });
      }
      case "exact":
      case "tolerant": {
        const clip = match.found;
        if (clip.folder.pictures.length === 0)
          return skip(`Its folder ${clip.folder.parts.join("/")} holds no frames.`);
        if (match.kind === "tolerant") this.#noteTolerant(row.row, { subject, name, clip });
        const sample = this.#sample({ subject, clip: clip.clip });
        return this.#code(sample, { table, row, coded, clip });
      }
      default:
        return unreachable(match, "match");
    }
  }

  /** A clip without a table (SMIC): its folders say the emotion, its first and last frame are onset and offset. */
  readClip(clip: Clip): void {
    const sample = this.#sample({ subject: clip.subject ?? "", clip: clip.clip });
    const scan = scanFrames(clip.folder.path, clip.folder.pictures);
    const { files } = scan.frames;
    if (files.length === 0) {
      const file = shownPath(this.#root, clip.folder.path);
      this.skipped.push({ file, row: null, clip: clip.clip, reason: "The folder holds no frames." });
      return;
    }
    sample.frames = scan.frames;
    sample.framing = clip.framing;
    sample.emotion = clip.emotion;
    sample.onset = files[0][0];
    sample.offset = files[files.length - 1][0];
    standInApex(sample);
    checkPresence(sample, scan);
    this.#add(sample);
  }

  #sample(key: { subject: string; clip: string }): Sample {
    const { dataset, subjectDigits } = this.#layout;
    // One spelling for one person, whichever table or folder names them, so that importing again finds them again.
    const number = looseSubject(key.subject);
    const subject = /^\d+$/.test(number) ? number.padStart(subjectDigits, "0") : key.subject;
    const sample = emptySample({ dataset, subject, clip: key.clip });
    sample.fps = RELEASES[dataset].fps;
    return sample;
  }

  #noteTolerant(row: number, match: { subject: string; name: string; clip: Clip }): void {
    const { subject, name, clip } = match;
    const folder = clip.subject === null ? clip.clip : `${clip.subject}/${clip.clip}`;
    this.matchedTolerantly.push({ row, table: clip.subject === null ? name : `${subject}/${name}`, folder });
  }

  #code(sample: Sample, from: { table: Table<F>; row: TableRow; coded: CodedRow; clip?: Clip }): void {
    const { table, row, coded, clip } = from;
    sample.source = { table: shownPath(this.#root, table.file), row: row.row };
    sample.originals = table.originals(row);
    take(coded.subject, sample);
    take(coded.clip, sample);
    sample.emotion = this.#emotion(sample, coded, clip);
    sample.aus = take(coded.aus, sample);
    sample.onset = take(coded.onset, sample);
    sample.apex = take(coded.apex, sample);
    sample.offset = take(coded.offset, sample);
    sample.notes.push(...coded.notes);
    for (const { header, formula } of table.uncached(row)) {
      const doubt = uncachedDoubt(header, formula);
      if (!sample.doubts.includes(doubt)) sample.doubts.push(doubt);
    }
    if (sample.onset === null && coded.onset.doubt === null) sample.doubts.push("No onset is given.");
    checkOrder(sample);
    if (clip !== undefined) {
      const scan = scanFrames(clip.folder.path, clip.folder.pictures);
      if (scan.frames.files.length === 0) {
        const reason = `The pictures in ${clip.folder.parts.join("/")} bear no numbers, so none is a frame.`;
        this.skipped.push({ file: sample.source.table ?? "", row: row.row, clip: sample.clip, reason });
        return;
      }
      sample.frames = scan.frames;
      sample.framing = clip.framing;
      standInApex(sample);
      if (sample.apex === null && coded.apex.doubt === null)
        sample.doubts.push("No apex is given, and no middle frame can stand in for it.");
      checkPresence(sample, scan);
    }
    this.#add(sample);
  }

  #emotion(sample: Sample, coded: CodedRow, clip: Clip | undefined): string | null {
    const written = take(coded.emotion, sample);
    const stated = clip?.emotion ?? null;
    if (written === null || stated === null) return written ?? stated;
    if (squeezeEmotion(written) !== squeezeEmotion(stated)) {
      sample.doubts.push(`The table says ${written}, the folder says ${stated}: table and pictures may have shifted.`);
    }
    return written;
  }

  #add(sample: Sample): void {
    const before = this.#byKey.get(sampleId(sample));
    if (before === undefined) {
      this.#byKey.set(sampleId(sample), sample);
      this.samples.push(sample);
      return;
    }
    this.skipped.push(repeatedFault(before, sample));
  }
}
