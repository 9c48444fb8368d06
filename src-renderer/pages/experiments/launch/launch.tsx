import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { quickRun } from "../../../../src-main/contract/quick.ts";
import { type RunConfig, runConfig } from "../../../../src-main/contract/run.ts";
import type { RunRow } from "../../../../src-main/contract/api/runs.ts";
import { host } from "../../../lib/host/client.ts";
import { useSettings } from "../../../lib/host/settings.ts";
import { useKeys } from "../../../lib/keys/keys.tsx";
import { navigate, useRoute } from "../../../lib/routes.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { aboutQuery, datasetsQuery, estimateQuery } from "../queries.ts";
import { Cost } from "./cost.tsx";
import { draftFromSearch, draftToSearch } from "./draft.ts";
import classes from "./launch.module.css";
import { Remarks } from "../remarks.tsx";
import { Sentence } from "./sentence.tsx";

/** More threads than this gain nothing for the networks at hand. */
const MOST_THREADS = 8;

/** The launch form: the experiment as a sentence, and beside it what it will cost. */
export function Launch({ runs }: { runs: readonly RunRow[] }) {
  const { settings, query } = useSettings();
  const about = useQuery(aboutQuery);
  if (query.isPending || about.isPending) return <Skeleton height={260} radius={12} />;
  const threads = settings.threads ?? Math.min(MOST_THREADS, about.data?.cores ?? 2);
  return <Form runs={runs} base={runConfig.parse({ threads })} />;
}

function Form({ runs, base }: { runs: readonly RunRow[]; base: RunConfig }) {
  const { search } = useRoute();
  const draft = draftFromSearch(search, base);
  const datasets = useQuery(datasetsQuery);
  const estimate = useQuery(estimateQuery(draft));
  const start = useMutation({ mutationFn: () => host.runs.start.mutate(draft) });
  const show = (next: RunConfig) => {
    start.reset();
    navigate({ page: "experiments", search: draftToSearch(next, base) }, { replace: true });
  };
  useKeys({ "experiments.start": () => start.mutate() }, { when: estimate.data?.fault === null && !start.isPending });
  return (
    <section className={classes.card} aria-label="A new experiment">
      <div className={classes.words}>
        <div className={classes.head}>
          <h2>A new experiment</h2>
          <span>Set to:</span>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => show(base)}>
            the paper's
          </Button>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            onClick={() => show({ ...quickRun(draft.input), threads: base.threads })}
          >
            a quick look
          </Button>
        </div>
        <Sentence
          draft={draft}
          datasets={datasets.data?.datasets ?? []}
          onChange={(change) => show({ ...draft, ...change })}
        />
        {start.error !== null && <FaultNotice error={start.error} />}
        <Remarks sentences={estimate.data?.warnings ?? []} />
      </div>
      <div className={classes.aside}>
        <Cost query={estimate} runs={runs} starting={start.isPending} onStart={() => start.mutate()} />
      </div>
    </section>
  );
}
