/** The page's only way to the host: its calls, typed by its router, on the same origin under every door. */
import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import type { AppRouter } from "../../../src-main/api/router.ts";

const url = "/trpc";

/** Calls that may take a while: a batch is answered as a whole, and nothing else shall wait for them. */
const SLOW: ReadonlySet<string> = new Set(["devices.list", "runs.estimate"]);

export const host = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: splitLink({
        condition: ({ path }) => SLOW.has(path),
        true: httpLink({ url }),
        // Longer addresses are sent as several requests.
        false: httpBatchLink({ url, maxURLLength: 4000, maxItems: 16 }),
      }),
    }),
  ],
});
