/** The window: the rail on the left, the page that the address names beside it. */
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { useKeys } from "../lib/keys/keys.tsx";
import { navigate, type PageId, useRoute } from "../lib/routes.ts";
import { PageBoundary } from "./boundary.tsx";
import classes from "./frame.module.css";
import { KeySheet } from "./key-sheet.tsx";
import { Rail } from "./rail.tsx";

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
  const scheme = useComputedColorScheme();
  const { setColorScheme } = useMantineColorScheme();

  useKeys({
    "go.study": () => navigate({ page: "study" }),
    "go.browse": () => navigate({ page: "browse" }),
    "go.experiments": () => navigate({ page: "experiments" }),
    "go.settings": () => navigate({ page: "settings" }),
    "theme.toggle": () => setColorScheme(scheme === "dark" ? "light" : "dark"),
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
      <Rail page={page} onKeys={() => setSheet(true)} />
      <div className={classes.side}>
        <main id="main" className={classes.main} tabIndex={-1}>
          <PageBoundary key={page} page={title}>
            <Suspense fallback={null}>
              <View />
            </Suspense>
          </PageBoundary>
        </main>
      </div>
      <KeySheet opened={sheet} onClose={() => setSheet(false)} />
    </div>
  );
}

/** By hand, since the address's hash names the page. */
function focusMain(event: { preventDefault: () => void }) {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}
