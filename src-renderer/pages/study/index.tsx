import { useRoute } from "../../lib/routes.ts";
import { ImportPage } from "./import/page.tsx";
import { OverviewPage } from "./overview/page.tsx";

/** `#/study` shows the datasets, `#/study/import` reads another one. */
export default function StudyPage() {
  const [view] = useRoute().rest;
  return view === "import" ? <ImportPage /> : <OverviewPage />;
}
