import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { plural } from "../../../lib/format.ts";
import { href } from "../../../lib/routes.ts";
import { Asked } from "../../../parts/asked.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { Page } from "../../../parts/page.tsx";
import { compareQuery } from "../queries.ts";
import classes from "./page.module.css";
import { CompareTable } from "./table.tsx";

/** Two or more experiments beside each other: where their settings differ, and what that did to the figures. */
export function ComparePage({ runs }: { runs: readonly string[] }) {
  const query = useQuery(compareQuery(runs));
  const back = (
    <a className={classes.back} href={href({ page: "experiments" })}>
      All experiments
    </a>
  );
  return (
    <Page
      title="Comparison"
      lead={
        <>
          {back} · {plural(runs.length, "experiment")}
        </>
      }
    >
      {runs.length < 2 ? (
        <Notice
          kind="info"
          title="Nothing to compare yet"
          action={
            <Button component="a" variant="default" href={href({ page: "experiments" })}>
              Choose experiments
            </Button>
          }
        >
          A comparison needs at least two experiments.
        </Notice>
      ) : (
        <Asked query={query} waiting={<Skeleton height={420} radius={12} />}>
          {(comparison) => (
            <div className={classes.sections}>
              {!comparison.sameData && (
                <Notice kind="warning" title="These experiments did not see the same data">
                  Samples, labels or pictures differ between them, so a difference in the figures is not due to the
                  settings alone.
                </Notice>
              )}
              <CompareTable comparison={comparison} />
            </div>
          )}
        </Asked>
      )}
    </Page>
  );
}
