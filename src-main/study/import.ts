/** Reads a release or a manifest into samples and a report. Pure reading: nothing is stored, nothing in a source changes. */
import { relative, resolve } from "node:path";
import type { IMPORT_KINDS } from "../contract/calls.ts";
import { countClasses } from "../contract/classes.ts";
import { compareDatasets, datasetName, KNOWN_COUNTS, isKnownDataset, type KnownCounts } from "../contract/datasets.ts";
import type { ImportDocument, RowFault } from "../contract/documents.ts";
import { ApexError, unreachable } from "../contract/errors.ts";
import type { LabelRule, Sample } from "../contract/sample.ts";
import { CASME } from "./importers/casme.ts";
import { CASME2 } from "./importers/casme2.ts";
import { faultAt, type Gathered, type ImportRequest } from "./importers/shared/gathered.ts";
import { readManifest } from "./importers/manifest.ts";
import { MMEW } from "./importers/mmew.ts";
import { readRelease } from "./importers/shared/release.ts";
import { SAMM } from "./importers/samm.ts";
import { SMIC } from "./importers/smic.ts";
import { noRule, readLabels, type Labels } from "./labels.ts";
import { ClipIndex } from "./match.ts";
import { classOf, classOrNull, tableEntries } from "./presets.ts";

export interface ReadImport extends ImportRequest {
  readonly as: (typeof IMPORT_KINDS)[number];
  /** `paper` (the default), `megc2019`, or a labels file. */
  readonly labels?: string;
  /** Any fault of a row ends the import. */
  readonly strict?: boolean;
}

/** One dataset of an import, ready to be stored whole. */
export interface ImportPlan {
  readonly dataset: string; // id
  readonly rule: LabelRule;
  /** Absolute path of what was imported. */
  readonly source: string;
  readonly samples: readonly Sample[];
  /** The report; what changes in the study is known only where it is stored. */
  readonly document: Omit<ImportDocument, "changes">;
}

/**
 * One plan for a release, one a dataset for a manifest.
 * @throws ApexError for every fault of a file (cli.md, Faults); with `strict` row-invalid for the first fault of a row.
 */
export async function readImport(request: ReadImport): Promise<ImportPlan[]> {
  const labels = await readLabels(request.labels ?? "paper");
  const gathered = await gather(request);
  const source = resolve(request.path);
  const plans = gathered.map((each) => plan(each, labels, { source, labelsFile: request.labels ?? "paper" }));
  if (request.strict === true) throwOnFaults(plans);
  return plans.sort((a, b) => compareDatasets(a.dataset, b.dataset));
}

async function gather(request: ReadImport): Promise<Gathered[]> {
  const { as } = request;
  switch (as) {
    case "smic":
      return [await readRelease(SMIC, request)];
    case "casme":
      return [await readRelease(CASME, request)];
    case "casme2":
      return [await readRelease(CASME2, request)];
    case "samm":
      return [await readRelease(SAMM, request)];
    case "mmew":
      return [await readRelease(MMEW, request)];
    case "manifest":
      if (request.table !== undefined) {
        throw new ApexError("usage", "A manifest is its own table: name no other one.", {
          file: request.table,
          setting: "table",
        });
      }
      return await readManifest(request);
    default:
      return unreachable(as, "kind of import");
  }
}

function plan(gathered: Gathered, labels: Labels, from: { source: string; labelsFile: string }): ImportPlan {
  const { dataset, samples, skipped, rows, matchedTolerantly } = gathered;
  const rule = ruleFor(gathered, labels, from.labelsFile);
  for (const sample of samples) {
    const doubt = classDoubt(sample, rule);
    if (doubt !== null) sample.doubts.push(doubt);
    sample.status = sample.doubts.length > 0 ? "needs-review" : "ready";
  }
  const outsidePreset = samples.filter((sample) => classOf(sample, rule).kind === "outside").length;
  const perClass = countClasses(samples.map((sample) => classOrNull(sample, rule)));
  const fault = (sample: Sample, reasons: readonly string[]): RowFault => {
    const { file, ...rest } = faultAt(sample, reasons.join(" "));
    return { file: sample.source.table ?? (relative(from.source, file) || file), ...rest };
  };
  const doubtful = samples.filter(({ doubts }) => doubts.length > 0).map((sample) => fault(sample, sample.doubts));
  const notes = samples.filter((sample) => sample.notes.length > 0).map((sample) => fault(sample, sample.notes));
  const document: ImportPlan["document"] = {
    dataset: datasetName(dataset),
    preset: labels.name,
    rows,
    samples: samples.length - outsidePreset,
    perClass,
    outsidePreset,
    framesFound: samples.reduce((sum, sample) => sum + framesOf(sample), 0),
    skipped: [...skipped],
    doubtful,
    notes: [...gathered.notes, ...unusedLabels(samples, rule, from.labelsFile), ...notes],
    matchedTolerantly: [...matchedTolerantly],
    known: knownCounts(dataset, rule, perClass),
  };
  return { dataset, rule, source: from.source, samples, document };
}

/** A dataset that a labels file leaves out is a fault of the file, unless a manifest states all its classes itself. */
function ruleFor(gathered: Gathered, labels: Labels, labelsFile: string): LabelRule {
  const rule = labels.ruleFor(gathered.dataset);
  if (rule !== null) return rule;
  if (gathered.samples.some((sample) => sample.label === null)) throw noRule(labelsFile, gathered.dataset);
  return { kind: "mapping", name: labels.name, map: {} };
}

function classDoubt(sample: Sample, rule: LabelRule): string | null {
  const classed = classOf(sample, rule);
  if (classed.kind !== "unmapped") return null;
  const { emotion } = classed;
  if (rule.kind === "table") return `Several rows of the label table ${rule.name} fit it.`;
  if (emotion === null) return "No emotion is given.";
  if (/^\d+(?:\.\d*)?$/.test(emotion)) return `The emotion is the number ${emotion} where a word belongs.`;
  return `The emotion "${emotion}" is unknown to the labels ${rule.name}: map it by a labels file.`;
}

/** How many frames of a sample there are: numbered ones, and the onset and apex pictures that a manifest names instead. */
export function framesOf(sample: Sample): number {
  const pictures = [sample.onsetImage, sample.apexImage].filter((path) => path !== null).length;
  return (sample.frames?.files.length ?? 0) + pictures;
}

/** Rows of an MEGC table that no sample answers to: a table of other clips, or clips that were skipped. */
function unusedLabels(samples: readonly Sample[], rule: LabelRule, file: string): RowFault[] {
  if (rule.kind !== "table") return [];
  const index = new ClipIndex(samples);
  return tableEntries(rule)
    .filter(({ subject, clip }) => index.find(subject, clip).kind === "none")
    .map(({ subject, clip }) => ({
      file,
      row: null,
      clip,
      reason: `It labels subject ${subject}, clip ${clip}, which was not found.`,
    }));
}

/** The published counts that fit best; null where the rule or the dataset has none. */
export function knownCounts(dataset: string, rule: LabelRule, counts: ImportDocument["perClass"]): KnownCounts | null {
  if (!isKnownDataset(dataset) || rule.kind === "mapping") return null;
  const known = KNOWN_COUNTS[rule.kind === "preset" ? rule.name : "megc2019"][dataset] ?? [];
  const distance = (each: KnownCounts) =>
    Math.abs(each.positive - counts.positive) +
    Math.abs(each.negative - counts.negative) +
    Math.abs(each.surprise - counts.surprise);
  return known.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

function throwOnFaults(plans: readonly ImportPlan[]): void {
  const faults = plans.flatMap(({ document }) => [...document.skipped, ...document.doubtful]);
  if (faults.length === 0) return;
  const [{ file, row, clip, reason }] = faults.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  const where = row === null ? file : `row ${row} of ${file}`;
  const more = faults.length === 1 ? "" : ` (and ${faults.length - 1} more faulty rows)`;
  throw new ApexError(
    "row-invalid",
    `Nothing was imported, because of ${where}${clip === null ? "" : `, clip ${clip}`}: ${reason}${more}`,
    {
      file,
      row: row ?? undefined,
      clip: clip ?? undefined,
    },
  );
}
