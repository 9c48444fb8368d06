import { queryOptions } from "@tanstack/react-query";
import { host } from "../../lib/host/client.ts";

export const overviewQuery = queryOptions({
  queryKey: ["study", "overview"],
  queryFn: ({ signal }) => host.study.overview.query(undefined, { signal }),
});

export const cardsQuery = queryOptions({
  queryKey: ["study", "cards"],
  queryFn: ({ signal }) => host.study.cards.query(undefined, { signal }),
});

export const effectQuery = (dataset: string, labels: string) =>
  queryOptions({
    queryKey: ["study", "presetEffect", dataset, labels],
    queryFn: ({ signal }) => host.study.presetEffect.query({ dataset, labels }, { signal }),
    enabled: labels !== "",
    retry: false,
  });
