/** The page's only way to the host: its calls, typed by its router, on the same origin under every door. */
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import type { AppRouter } from "../../../src-main/api/router.ts";

const url = "/trpc";

export const host = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === "subscription",
      true: httpSubscriptionLink({ url }),
      // Longer addresses are sent as several requests.
      false: httpBatchLink({ url, maxURLLength: 4000, maxItems: 16 }),
    }),
  ],
});
