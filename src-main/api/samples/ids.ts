/** The grid: which samples pass the filter, in which order, as short rows. */
import type { z } from "zod";
import {
  type SampleFilter,
  type SampleIds,
  type SampleRow,
  type sampleIdsCall,
  SHOWS,
} from "../../contract/api/samples.ts";
import { unreachable } from "../../contract/errors.ts";
import { type Context, studyOf } from "../context.ts";
import { classNumber, type ListedSample, listedSamples } from "./list.ts";

type IdsCall = z.infer<typeof sampleIdsCall>;

export function sampleRows(context: Context, { filter, sort }: IdsCall): SampleIds {
  const all = listedSamples(studyOf(context));
  const chosen = sorted(all.filter(passes(filter)), sort);
  const datasets = [...new Set(chosen.map(({ dataset }) => dataset))];
  const numbers = new Map(datasets.map((dataset, index) => [dataset, index]));
  const rows = chosen.map((sample): SampleRow => [
    numbers.get(sample.dataset) ?? -1,
    sample.subject,
    sample.clip,
    classNumber(sample.class),
    sample.status === "needs-review" ? 1 : 0,
    SHOWS.indexOf(sample.shows),
  ]);
  return { all: all.length, datasets, rows };
}

const some = <T>(values: readonly T[] | undefined) =>
  values === undefined || values.length === 0 ? null : new Set(values);

/** One test for all parts of the filter; a part that is absent or empty lets everything through. */
export function passes(filter: SampleFilter): (sample: ListedSample) => boolean {
  const datasets = some(filter.datasets);
  const subjects = some(filter.subjects?.map(({ dataset, subject }) => `${dataset}\n${subject}`));
  const labels = some<string>(filter.labels);
  const emotions = some(filter.emotions);
  const units = some(filter.aus);
  const statuses = some<string>(filter.statuses);
  const words = (filter.text ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (sample) =>
    (datasets === null || datasets.has(sample.dataset)) &&
    (subjects === null || subjects.has(`${sample.dataset}\n${sample.subject}`)) &&
    (labels === null || labels.has(sample.class ?? "outside")) &&
    (emotions === null || emotions.has(sample.emotion ?? "")) &&
    (units === null || sample.units.some((unit) => units.has(unit))) &&
    (statuses === null || statuses.has(sample.status)) &&
    words.every((word) => sample.words.includes(word));
}

/** Sorting is stable: inside equal ones the table's order stays. */
function sorted(samples: ListedSample[], sort: IdsCall["sort"]): ListedSample[] {
  const last = Number.POSITIVE_INFINITY;
  switch (sort) {
    case "study":
      return samples;
    case "class": {
      const rank = (sample: ListedSample) => (sample.class === null ? last : classNumber(sample.class));
      return samples.sort((a, b) => compare(rank(a), rank(b)));
    }
    case "emotion":
      return samples.sort((a, b) => compare(a.emotion ?? "\uffff", b.emotion ?? "\uffff"));
    case "status":
      return samples.sort((a, b) => compare(a.status === "needs-review" ? 0 : 1, b.status === "needs-review" ? 0 : 1));
    case "duration":
      return samples.sort((a, b) => compare(duration(a) ?? last, duration(b) ?? last));
    default:
      return unreachable(sort, "order of samples");
  }
}

const compare = <T extends number | string>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

/** Seconds from onset to offset; null where the table or the frame rate does not say. */
const duration = ({ onset, offset, fps }: ListedSample): number | null =>
  onset === null || offset === null || fps === null ? null : (offset - onset) / fps;
