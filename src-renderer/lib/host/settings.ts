/** The settings that the workspace keeps: read once, changed at once on screen, and put back where the host refuses. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Settings } from "../../../src-main/contract/api/app.ts";
import { host } from "./client.ts";
import { queryClient } from "./queries.ts";

const KEY = ["settings", "get"] as const;
const NONE: Settings = { theme: "system", keys: {}, threads: null };

export function useSettings() {
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => host.settings.get.query(undefined, { signal }) });
  const change = useMutation({
    mutationFn: (given: Partial<Settings>) => host.settings.set.mutate(given),
    onMutate: async (given) => {
      await queryClient.cancelQueries({ queryKey: KEY });
      const before = queryClient.getQueryData<Settings>(KEY);
      queryClient.setQueryData<Settings>(KEY, (now = NONE) => ({ ...now, ...given }));
      return before;
    },
    onError: (_error, _given, before) => queryClient.setQueryData(KEY, before),
    onSuccess: (settings) => queryClient.setQueryData(KEY, settings),
  });
  return { settings: query.data ?? NONE, query, change };
}
