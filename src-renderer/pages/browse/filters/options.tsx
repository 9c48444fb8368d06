/** The values that each filter offers, out of what the study holds. */
import type { ReactNode } from "react";
import type { SampleFacets } from "../../../../src-main/contract/api/samples.ts";
import { datasetName } from "../../../../src-main/contract/datasets.ts";
import { unreachable } from "../../../../src-main/contract/errors.ts";
import { ClassLabel } from "../../../parts/class-sign.tsx";
import { DatasetLabel, DatasetMark } from "../../../parts/dataset-mark.tsx";
import { type BrowseView, type ListName, parseView } from "../view.ts";

export interface Option {
  readonly value: string;
  /** Plain words: for the search in a long list, and for what is chosen. */
  readonly text: string;
  readonly label: ReactNode;
  readonly count: number;
}

export const FILTER_NAMES: Record<ListName, string> = {
  dataset: "Dataset",
  subject: "Subject",
  class: "Class",
  emotion: "Emotion",
  au: "AU",
  status: "Status",
};

export function optionsOf(name: ListName, facets: SampleFacets, view: BrowseView): Option[] {
  switch (name) {
    case "dataset":
      return facets.datasets.map(({ value, count }) => ({
        value,
        text: datasetName(value),
        label: <DatasetLabel id={value} />,
        count,
      }));
    case "subject": {
      // Of the datasets that are chosen, where some are.
      const own = facets.subjects.filter(({ dataset }) => view.dataset.length === 0 || view.dataset.includes(dataset));
      return own.map(({ dataset, subject, count }) => ({
        value: `${dataset}/${subject}`,
        text: `${datasetName(dataset)} ${subject}`,
        label: (
          <>
            <DatasetMark id={dataset} /> {subject}
          </>
        ),
        count,
      }));
    }
    case "class":
      return facets.labels.map(({ value, count }) => ({
        value,
        text: value === "outside" ? "outside the labels" : value,
        label: value === "outside" ? "Outside the labels" : <ClassLabel of={value} />,
        count,
      }));
    case "emotion": {
      const spellings = Map.groupBy(facets.emotions, ({ value }) => value.toLowerCase());
      return [...spellings].map(([value, same]) =>
        plain(
          value,
          value === "" ? "not coded" : value,
          same.reduce((sum, { count }) => sum + count, 0),
        ),
      );
    }
    case "au":
      return facets.aus.map(({ value, count }) => plain(String(value), `AU ${value}`, count));
    case "status":
      return facets.statuses.map(({ value, count }) =>
        plain(value, value === "ready" ? "ready" : "needs review", count),
      );
    default:
      return unreachable(name, "filter");
  }
}

const plain = (value: string, text: string, count: number): Option => ({
  value,
  text,
  label: text.charAt(0).toUpperCase() + text.slice(1),
  count,
});

/** What is chosen, as the options have it: a word once, however it is spelt. */
export const chosenOf = (name: ListName, view: BrowseView): string[] => [
  ...new Set(view[name].map((value) => (name === "emotion" ? String(value).toLowerCase() : String(value)))),
];

/** The chosen options as parts of the view: of a word, every spelling in the study. */
export function changeOf(name: ListName, chosen: readonly string[], facets: SampleFacets): Partial<BrowseView> {
  const values =
    name === "emotion"
      ? facets.emotions.map(({ value }) => value).filter((value) => chosen.includes(value.toLowerCase()))
      : chosen;
  // Through the address's own reader: it knows what a value may be.
  return { [name]: parseView(new URLSearchParams(values.map((value) => [name, value])))[name] };
}
