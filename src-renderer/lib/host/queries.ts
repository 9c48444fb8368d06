/**
 * The page's memory of what the host said. A key begins with the word under which the host tells that it became
 * stale (`CHANGES` of the contract): `["study", "overview"]`, `["runs", "get", id]`.
 */
import { QueryClient } from "@tanstack/react-query";
import type { CHANGES } from "../../../src-main/contract/api/tasks.ts";
import { isSilence } from "./faults.ts";

export type QueryKey = readonly [(typeof CHANGES)[number] | "machine", ...unknown[]];

declare module "@tanstack/react-query" {
  interface Register {
    queryKey: QueryKey;
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The host says what became stale; nothing is asked again just because time went by.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      networkMode: "always",
      retry: (failures, error) => isSilence(error) && failures < 3,
      retryDelay: (failures) => 250 * 2 ** failures,
    },
    mutations: { networkMode: "always", retry: false },
  },
});
