/** The Study page's view of every dataset: counts as in Table 1, and how far its derived inputs are. */
import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { DatasetOverview, StudyOverview } from "../../contract/api/study.ts";
import { countClasses, type EmotionClass } from "../../contract/classes.ts";
import { datasetName, isKnownDataset, RELEASES } from "../../contract/datasets.ts";
import type { Sample } from "../../contract/sample.ts";
import { type DatasetRecord, listDatasets } from "../../store/tables/datasets.ts";
import { samplesAfter } from "../../store/tables/samples.ts";
import { framesOf, knownCounts } from "../../study/import.ts";
import { classOf } from "../../study/presets.ts";
import { type Context, studyOf } from "../context.ts";
import { cachedNames, type DerivedNames, derivedNames } from "../pictures/derived.ts";
import { pictureSize } from "../pictures/size.ts";
import { sampleFiles } from "../run/sources.ts";

/** Samples between two looks at what else the host has to do. */
const PIECE = 200;

/** What adds up over the samples of one dataset. */
interface Sums {
  readonly classes: EmotionClass[];
  readonly subjects: Set<string>;
  readonly rates: Set<number | null>;
  outside: number;
  needsReview: number;
  frames: number;
  /** A frame to read the resolution off. */
  picture: string | null;
  readonly crops: { done: number; total: number };
  readonly flow: { done: number; total: number };
  readonly aus: { done: number; total: number };
}

const noSums = (): Sums => ({
  classes: [],
  subjects: new Set(),
  rates: new Set(),
  outside: 0,
  needsReview: 0,
  frames: 0,
  picture: null,
  crops: { done: 0, total: 0 },
  flow: { done: 0, total: 0 },
  aus: { done: 0, total: 0 },
});

/** Yields to other calls between pieces, whatever the size of the study. */
export async function overview(context: Context, notices: readonly string[]): Promise<StudyOverview> {
  const workspace = studyOf(context);
  const records = listDatasets(workspace);
  const byId = new Map(records.map((record) => [record.id, { record, sums: noSums() }]));
  const cached = cachedNames(context.folder);
  for (let last = 0; ;) {
    const piece = samplesAfter(workspace, last, PIECE);
    if (piece.samples.length === 0) break;
    last = piece.last;
    for (const sample of piece.samples) {
      const dataset = byId.get(sample.dataset);
      if (dataset === undefined) continue;
      add(dataset.sums, sample, dataset.record);
      addReadiness(dataset.sums, sample, { ...derivedNames(workspace, sample), cached });
    }
    await setImmediate();
  }
  const datasets = await Promise.all([...byId.values()].map(({ record, sums }) => describe(record, sums)));
  return { workspace: context.folder, datasets, notices: [...notices], empty: datasets.length === 0 };
}

function add(sums: Sums, sample: Sample, { rule }: DatasetRecord): void {
  if (sample.status === "needs-review") sums.needsReview++;
  const classed = classOf(sample, rule);
  if (classed.kind === "outside") sums.outside++;
  if (classed.kind !== "class") return;
  sums.classes.push(classed.class);
  sums.subjects.add(sample.subject);
  sums.rates.add(sample.fps);
  sums.frames += framesOf(sample);
  const { onset, apex } = sampleFiles(sample);
  sums.picture ??= onset ?? apex;
}

function addReadiness(sums: Sums, sample: Sample, made: DerivedNames & { cached: ReadonlySet<string> }): void {
  const { onset, apex, flow } = sampleFiles(sample);
  if (apex !== null) {
    sums.crops.total++;
    if (made.crops.some((name) => made.cached.has(name))) sums.crops.done++;
  }
  if (flow !== null || (onset !== null && apex !== null)) {
    sums.flow.total++;
    if (flow !== null || made.flows.some(({ name }) => made.cached.has(name))) sums.flow.done++;
  }
  sums.aus.total++;
  if (sample.openfaceCsv !== null) sums.aus.done++;
}

async function describe(record: DatasetRecord, sums: Sums): Promise<DatasetOverview> {
  const { id, rule, source, imported } = record;
  const name = datasetName(id);
  const perClass = countClasses(sums.classes);
  const [rate = null] = sums.rates;
  const { crops, flow, aus } = sums;
  return {
    id,
    name,
    letter: isKnownDataset(id) ? RELEASES[id].letter : name.charAt(0).toUpperCase(),
    fps: sums.rates.size === 1 ? rate : null,
    resolution: sums.picture === null ? null : await pictureSize(sums.picture),
    perClass,
    total: sums.classes.length,
    outsidePreset: sums.outside,
    needsReview: sums.needsReview,
    subjects: sums.subjects.size,
    frames: sums.frames,
    rule,
    source,
    sourceFound: existsSync(source),
    imported,
    known: knownCounts(id, rule, perClass),
    readiness: { crops, flow, aus },
  };
}
