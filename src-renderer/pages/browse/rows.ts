/** The samples that the grid shows, in its order, out of what the host told. */
import { type SampleIds, type SampleRow, SHOWS } from "../../../src-main/contract/api/samples.ts";
import { CLASSES, type EmotionClass } from "../../../src-main/contract/classes.ts";
import { sampleId, type SampleKey } from "../../../src-main/contract/sample.ts";

export interface Rows {
  readonly datasets: readonly string[];
  readonly rows: readonly SampleRow[];
}

export interface ShownSample extends SampleKey {
  readonly class: EmotionClass | null;
  readonly needsReview: boolean;
  readonly shows: (typeof SHOWS)[number];
}

export function sampleAt({ datasets, rows }: Rows, index: number): ShownSample {
  const [dataset, subject, clip, label, review, shows] = rows[index];
  return {
    dataset: datasets[dataset],
    subject,
    clip,
    class: CLASSES[label] ?? null,
    needsReview: review === 1,
    shows: SHOWS[shows] ?? "nothing",
  };
}

export const idAt = (rows: Rows, index: number): string => sampleId(sampleAt(rows, index));

/** Where a sample stands; -1 where it is not among them. */
export function indexOf({ datasets, rows }: Rows, key: SampleKey | null): number {
  if (key === null) return -1;
  const dataset = datasets.indexOf(key.dataset);
  return rows.findIndex((row) => row[0] === dataset && row[1] === key.subject && row[2] === key.clip);
}

interface Choice {
  /** DATASET/SUBJECT; empty: all. */
  readonly subjects: readonly string[];
  /** DATASET/SUBJECT/CLIP; null: all. */
  readonly ids: readonly string[] | null;
  /** In the order of `ids` rather than in the host's. */
  readonly asIds: boolean;
}

export function pick({ datasets, rows }: SampleIds, { subjects, ids, asIds }: Choice): Rows {
  if (subjects.length === 0 && ids === null) return { datasets, rows };
  const [people, order] = [new Set(subjects), new Map(ids?.map((id, at) => [id, at]))];
  const idOf = ([dataset, subject, clip]: SampleRow) => sampleId({ dataset: datasets[dataset], subject, clip });
  const chosen = rows.filter(
    (row) =>
      (people.size === 0 || people.has(`${datasets[row[0]]}/${row[1]}`)) && (ids === null || order.has(idOf(row))),
  );
  if (asIds) chosen.sort((a, b) => (order.get(idOf(a)) ?? 0) - (order.get(idOf(b)) ?? 0));
  return { datasets, rows: chosen };
}
