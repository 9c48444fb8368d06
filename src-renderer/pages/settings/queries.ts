import { queryOptions } from "@tanstack/react-query";
import { host } from "../../lib/host/client.ts";

export const aboutQuery = queryOptions({
  queryKey: ["machine", "about"],
  queryFn: ({ signal }) => host.about.query(undefined, { signal }),
});
