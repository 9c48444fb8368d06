import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { host } from "../../lib/host/client.ts";

export const overviewQuery = queryOptions({
  queryKey: ["study", "overview"],
  queryFn: ({ signal }) => host.study.overview.query(undefined, { signal }),
});

/** `turn`: how often others were asked for. */
export const cardsQuery = (turn: number) =>
  queryOptions({
    queryKey: ["study", "cards", turn],
    queryFn: ({ signal }) => host.study.cards.query({ turn }, { signal }),
    placeholderData: keepPreviousData,
  });

export const effectQuery = (dataset: string, labels: string) =>
  queryOptions({
    queryKey: ["study", "presetEffect", dataset, labels],
    queryFn: ({ signal }) => host.study.presetEffect.query({ dataset, labels }, { signal }),
    enabled: labels !== "",
    retry: false,
  });
