import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SampleKey } from "../../../src-main/contract/sample.ts";
import { host } from "../../lib/host/client.ts";
import { type BrowseView, type Cell, filterOf } from "./view.ts";

export function rowsQuery(view: BrowseView) {
  const call = { filter: filterOf(view), sort: view.sort ?? "study" };
  return queryOptions({
    queryKey: ["samples", "ids", call],
    queryFn: ({ signal }) => host.samples.ids.query(call, { signal }),
    // The old samples stay until the new ones are there.
    placeholderData: keepPreviousData,
    // 50,000 rows are megabytes: lists of other filters are soon forgotten.
    gcTime: 30_000,
  });
}

export const facetsQuery = queryOptions({
  queryKey: ["samples", "facets"],
  queryFn: ({ signal }) => host.samples.facets.query(undefined, { signal }),
});

export const sampleQuery = (key: SampleKey) =>
  queryOptions({
    queryKey: ["samples", "get", key],
    queryFn: ({ signal }) => host.samples.get.query(key, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });

/** Its flow and its motion over time. */
export const motionQuery = (key: SampleKey) =>
  queryOptions({
    queryKey: ["samples", "motion", key],
    queryFn: ({ signal }) => host.flow.motion.query(key, { signal }),
    gcTime: 60_000,
  });

/** The clips of a confusion cell with what the run said of them. */
export const cellQuery = (cell: Cell | null) =>
  queryOptions({
    queryKey: ["runs", "clips", cell],
    queryFn: ({ signal }) => (cell === null ? [] : host.runs.clips.query(cell, { signal })),
    enabled: cell !== null,
  });
