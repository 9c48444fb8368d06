/** Values that the filters offer, each with how many samples have it. */
import { CLASSES } from "../../contract/classes.ts";
import { LABEL_VALUES, type SampleFacets } from "../../contract/api/samples.ts";
import { SAMPLE_STATUSES } from "../../contract/sample.ts";
import { type Context, studyOf } from "../context.ts";
import { type ListedSample, listedSamples } from "./list.ts";

export function facets(context: Context): SampleFacets {
  const all = listedSamples(studyOf(context));
  const labels = counted(all, (sample) => [sample.class ?? ("outside" as const)]);
  const statuses = counted(all, (sample) => [sample.status]);
  return {
    datasets: pairs(counted(all, ({ dataset }) => [dataset])), // in table order, as the samples are
    subjects: subjectsOf(all),
    labels: LABEL_VALUES.map((value) => ({ value, count: labels.get(value) ?? 0 })).filter(
      ({ value, count }) => count > 0 || (CLASSES as readonly string[]).includes(value),
    ),
    emotions: pairs(counted(all, ({ emotion }) => [emotion ?? ""])).sort((a, b) => (a.value < b.value ? -1 : 1)),
    aus: pairs(counted(all, ({ units }) => units)).sort((a, b) => a.value - b.value),
    statuses: SAMPLE_STATUSES.map((value) => ({ value, count: statuses.get(value) ?? 0 })),
  };
}

function counted<T>(samples: readonly ListedSample[], values: (sample: ListedSample) => readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const sample of samples) for (const value of values(sample)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const pairs = <T>(counts: ReadonlyMap<T, number>) => [...counts].map(([value, count]) => ({ value, count }));

function subjectsOf(all: readonly ListedSample[]): SampleFacets["subjects"] {
  return [...Map.groupBy(all, ({ dataset }) => dataset)].flatMap(([dataset, own]) =>
    pairs(counted(own, ({ subject }) => [subject])).map(({ value, count }) => ({ dataset, subject: value, count })),
  );
}
