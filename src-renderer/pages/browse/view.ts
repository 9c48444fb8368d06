/**
 * What the address says about Browse, so that every other page can open "these clips":
 * `#/browse?dataset=casme2&subject=casme2/01&class=negative&emotion=disgust&au=4&status=needs-review&text=brow`
 * `&sort=class&pictures=flow&sample=casme2/01/EP02_01f`, `ids=DATASET/SUBJECT/CLIP` (as often as there are clips), or the cell of a
 * confusion matrix: `run=ID&test=CASME II&true=negative&predicted=surprise[&seed=1]`. All but `sample` and `pictures` choose clips.
 */
import {
  LABEL_VALUES,
  type SampleFilter,
  SAMPLE_SORTS,
  type sampleIdsCall,
} from "../../../src-main/contract/api/samples.ts";
import type { clipsCall } from "../../../src-main/contract/api/runs.ts";
import { CLASSES } from "../../../src-main/contract/classes.ts";
import { SAMPLE_STATUSES, type SampleKey } from "../../../src-main/contract/sample.ts";
import type { z } from "zod";

export type Sort = z.infer<typeof sampleIdsCall>["sort"];
export type Cell = z.infer<typeof clipsCall>;

/** What the grid shows of each sample. */
export const PICTURES = ["apex", "flow"] as const;
export type Pictures = (typeof PICTURES)[number];

export interface BrowseView {
  readonly dataset: readonly string[];
  /** DATASET/SUBJECT. */
  readonly subject: readonly string[];
  readonly class: readonly (typeof LABEL_VALUES)[number][];
  /** Original words; "" for samples without one. */
  readonly emotion: readonly string[];
  readonly au: readonly number[];
  readonly status: readonly (typeof SAMPLE_STATUSES)[number][];
  readonly text: string;
  /** Null: as the study has them, or in a cell the surest answers first. */
  readonly sort: Sort | null;
  readonly pictures: Pictures;
  readonly cell: Cell | null;
  readonly ids: readonly string[];
  /** The sample that the drawer shows. */
  readonly sample: string | null;
}

/** Parts that hold lists of values, each a filter of its own. */
export const LISTS = ["dataset", "subject", "class", "emotion", "au", "status"] as const;
export type ListName = (typeof LISTS)[number];

/** Values that mean nothing here are left out. */
export function parseView(search: URLSearchParams): BrowseView {
  const among = <T extends string>(name: string, known: readonly T[]): T[] =>
    search.getAll(name).flatMap((value) => known.find((each) => each === value) ?? []);
  const [run, test] = [search.get("run"), search.get("test")];
  const seed = wholeNumbers([search.get("seed") ?? ""])[0];
  const cell = { seed, true: among("true", CLASSES)[0], predicted: among("predicted", CLASSES)[0] };
  return {
    dataset: search.getAll("dataset"),
    subject: search.getAll("subject"),
    class: among("class", LABEL_VALUES),
    emotion: search.getAll("emotion"),
    au: wholeNumbers(search.getAll("au")),
    status: among("status", SAMPLE_STATUSES),
    text: (search.get("text") ?? "").slice(0, 200),
    sort: among("sort", SAMPLE_SORTS)[0] ?? null,
    pictures: among("pictures", PICTURES)[0] ?? "apex",
    cell: run === null || test === null ? null : { run, test, ...cell },
    ids: search.getAll("ids"),
    sample: search.get("sample"),
  };
}

const wholeNumbers = (texts: readonly string[]) => texts.filter((text) => /^\d+$/.test(text)).map(Number);

export function searchOf({ text, sort, pictures, cell, ids, sample, ...lists }: BrowseView): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of LISTS) for (const value of lists[name]) search.append(name, String(value));
  for (const id of ids) search.append("ids", id);
  for (const [name, value] of Object.entries({
    text,
    sort,
    pictures: pictures === "apex" ? null : pictures,
    ...cell,
    sample,
  }))
    if (value !== "" && value !== null && value !== undefined) search.set(name, String(value));
  return search;
}

/** The view without anything that chooses clips. */
export const cleared = ({ sort, pictures, sample }: BrowseView): BrowseView => ({
  ...parseView(new URLSearchParams()),
  sort,
  pictures,
  sample,
});

export const isFiltered = (view: BrowseView): boolean =>
  LISTS.some((name) => view[name].length > 0) || view.text !== "" || view.cell !== null || view.ids.length > 0;

/** What the host is asked; subjects, single clips and cells are picked out of its answer (`pick`). */
export const filterOf = (view: BrowseView): SampleFilter => ({
  datasets: [...view.dataset],
  labels: [...view.class],
  emotions: [...view.emotion],
  aus: [...view.au],
  statuses: [...view.status],
  text: view.text,
});

/** "casme2/01/EP02_01f" -> its key; neither a dataset nor a subject holds a slash. */
export function keyOf(id: string): SampleKey | null {
  const parts = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(id);
  return parts === null ? null : { dataset: parts[1], subject: parts[2], clip: parts[3] };
}
