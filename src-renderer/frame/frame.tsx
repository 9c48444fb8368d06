/** The window: the rail on the left, the page that the address names beside it. */
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconProgress } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useSettings } from "../lib/host/settings.ts";
import { useKeys } from "../lib/keys/keys.tsx";
import { navigate, type PageId, useRoute } from "../lib/routes.ts";
import { PageBoundary } from "./boundary.tsx";
import { ConnectionBar } from "./connection.tsx";
import classes from "./frame.module.css";
import { KeySheet } from "./key-sheet.tsx";
import { Rail, RailButton } from "./rail.tsx";
import { useEndNotes } from "./tasks/ended.ts";
import { TaskPanel } from "./tasks/panel.tsx";
import { TaskStrip } from "./tasks/strip.tsx";

const PAGE: Record<PageId, { readonly title: string; readonly View: ReturnType<typeof lazy> }> = {
  study: { title: "Study", View: lazy(() => import("../pages/study/index.tsx")) },
  browse: { title: "Browse", View: lazy(() => import("../pages/browse/index.tsx")) },
  experiments: { title: "Experiments", View: lazy(() => import("../pages/experiments/index.tsx")) },
  settings: { title: "Settings", View: lazy(() => import("../pages/settings/index.tsx")) },
};

export function Frame() {
  const { page } = useRoute();
  const { title, View } = PAGE[page];
  const [sheet, setSheet] = useState(false);
  const [tasks, setTasks] = useState(false);
  const scheme = useComputedColorScheme();
  const { change } = useTheme();
  useEndNotes();

  useKeys({
    "go.study": () => navigate({ page: "study" }),
    "go.browse": () => navigate({ page: "browse" }),
    "go.experiments": () => navigate({ page: "experiments" }),
    "go.settings": () => navigate({ page: "settings" }),
    "theme.toggle": () => change.mutate({ theme: scheme === "dark" ? "light" : "dark" }),
    "tasks.show": () => setTasks(true),
    "keys.sheet": () => setSheet(true),
  });

  useEffect(() => {
    document.title = `${title} · Apexlab`;
  }, [title]);

  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main" onClick={focusMain}>
        Skip to the page
      </a>
      <Rail page={page} onKeys={() => setSheet(true)}>
        <RailButton label="Tasks" icon={IconProgress} onClick={() => setTasks(true)} expanded={tasks} />
      </Rail>
      <div className={classes.side}>
        <ConnectionBar />
        <main id="main" className={classes.main} tabIndex={-1}>
          <PageBoundary key={page} page={title}>
            <Suspense fallback={null}>
              <View />
            </Suspense>
          </PageBoundary>
        </main>
        <TaskStrip onShowAll={() => setTasks(true)} />
      </div>
      <TaskPanel opened={tasks} onClose={() => setTasks(false)} />
      <KeySheet opened={sheet} onClose={() => setSheet(false)} />
    </div>
  );
}

/** The theme of the settings, on the whole window. */
function useTheme() {
  const { settings, query, change } = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  const theme = query.data === undefined ? null : settings.theme;
  useEffect(() => {
    // Until the settings are there, the window has the theme that it had the last time.
    if (theme !== null) setColorScheme(theme === "system" ? "auto" : theme);
  }, [theme, setColorScheme]);
  return { change };
}

/** By hand, since the address's hash names the page. */
function focusMain(event: { preventDefault: () => void }) {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}
