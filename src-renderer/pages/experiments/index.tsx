import { useRoute } from "../../lib/routes.ts";
import { ComparePage } from "./compare/page.tsx";
import { HomePage } from "./home/page.tsx";
import { RunPage } from "./run/page.tsx";

/** `#/experiments` launches and lists, `#/experiments/<run>` shows one, `#/experiments/compare?run=…&run=…` several. */
export default function ExperimentsPage() {
  const { rest, search } = useRoute();
  const [view] = rest;
  if (view === undefined) return <HomePage />;
  if (view === "compare") return <ComparePage runs={search.getAll("run")} />;
  return <RunPage key={view} run={view} />;
}
