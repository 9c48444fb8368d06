import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { RunConfig } from "../../../src-main/contract/run.ts";
import { host } from "../../lib/host/client.ts";

export const runsQuery = queryOptions({
  queryKey: ["runs", "list"],
  queryFn: ({ signal }) => host.runs.list.query(undefined, { signal }),
});

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: ["runs", "get", run],
    queryFn: ({ signal }) => host.runs.get.query({ run }, { signal }),
  });

/** Of the study's making: other samples, other cost. */
export const estimateQuery = (config: RunConfig) =>
  queryOptions({
    queryKey: ["study", "estimate", config],
    queryFn: ({ signal }) => host.runs.estimate.query(config, { signal }),
    // While a phrase changes, the last answer stays: nothing jumps.
    placeholderData: keepPreviousData,
  });

export const publishedQuery = (config: RunConfig) =>
  queryOptions({
    queryKey: ["machine", "published", config.backbone, config.input, config.lambda],
    queryFn: ({ signal }) => host.runs.published.query(config, { signal }),
  });

export const compareQuery = (runs: readonly string[]) =>
  queryOptions({
    queryKey: ["runs", "compare", ...runs],
    queryFn: ({ signal }) => host.runs.compare.query({ runs: [...runs] }, { signal }),
    enabled: runs.length > 1,
  });

export const datasetsQuery = queryOptions({
  queryKey: ["study", "overview"],
  queryFn: ({ signal }) => host.study.overview.query(undefined, { signal }),
});

export const devicesQuery = queryOptions({
  queryKey: ["machine", "devices"],
  queryFn: ({ signal }) => host.devices.list.query(undefined, { signal }),
});

export const aboutQuery = queryOptions({
  queryKey: ["machine", "about"],
  queryFn: ({ signal }) => host.about.query(undefined, { signal }),
});
