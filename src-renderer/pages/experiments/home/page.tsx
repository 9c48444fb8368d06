import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { plural } from "../../../lib/format.ts";
import { Asked } from "../../../parts/asked.tsx";
import { Page } from "../../../parts/page.tsx";
import { Launch } from "../launch/launch.tsx";
import { datasetsQuery, runsQuery } from "../queries.ts";
import { RunList } from "./list.tsx";
import { NeedsData, NoRunsYet } from "./nothing.tsx";
import classes from "./page.module.css";
import { Queue } from "./queue.tsx";

/** Launching, what is at work, and every experiment so far. */
export function HomePage() {
  const runs = useQuery(runsQuery);
  const study = useQuery(datasetsQuery);
  return (
    <Page
      title="Experiments"
      lead={runs.data !== undefined && runs.data.length > 0 && plural(runs.data.length, "experiment")}
    >
      <Asked query={study} waiting={<Waiting />}>
        {({ empty }) => (
          <div className={classes.sections}>
            {empty ? <NeedsData /> : <Launch runs={runs.data ?? []} />}
            <Queue runs={runs.data ?? []} />
            <Asked query={runs} waiting={<Skeleton height={240} radius={12} />}>
              {(rows) => (rows.length > 0 ? <RunList runs={rows} /> : !empty && <NoRunsYet />)}
            </Asked>
          </div>
        )}
      </Asked>
    </Page>
  );
}

function Waiting() {
  return (
    <div className={classes.sections} aria-busy="true" aria-label="Reading the experiments">
      <Skeleton height={260} radius={12} />
      <Skeleton height={240} radius={12} />
    </div>
  );
}
