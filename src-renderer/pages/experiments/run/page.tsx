import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RunDetail } from "../../../../src-main/contract/api/runs.ts";
import { faultOf } from "../../../lib/host/faults.ts";
import { href } from "../../../lib/routes.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { Page } from "../../../parts/page.tsx";
import { OPTIMISTIC } from "../optimistic.tsx";
import { publishedQuery, runQuery } from "../queries.ts";
import { runDetails, runTitle } from "../words.ts";
import { RunActions } from "./actions.tsx";
import { Configuration } from "./configuration.tsx";
import { Curves } from "./curves/curves.tsx";
import { useLiveRun } from "./curves/live.ts";
import { FoldsTable } from "./folds-table.tsx";
import { heldOutDatasets, shownFolds } from "./folds.ts";
import { Matrices } from "./matrices.tsx";
import classes from "./page.module.css";
import { Progress } from "./progress.tsx";
import { Summary } from "./summary.tsx";

/** One experiment: how it goes, what it came to, and everything that its figures depend on. */
export function RunPage({ run }: { run: string }) {
  const query = useQuery(runQuery(run));
  const { data, error } = query;
  if (data !== undefined) return <Shown detail={data} />;
  return (
    <Page title="Experiment" lead={<Back />}>
      {error === null ? (
        <div className={classes.sections} aria-busy="true" aria-label="Reading the experiment">
          <Skeleton height={120} radius={12} />
          <Skeleton height={320} radius={12} />
        </div>
      ) : faultOf(error).code === "not-found" ? (
        <Notice
          kind="info"
          title="This experiment is not in the study"
          action={
            <Button component="a" variant="default" href={href({ page: "experiments" })}>
              All experiments
            </Button>
          }
        >
          The address names the run {run}. It may belong to another workspace.
        </Notice>
      ) : (
        <FaultNotice error={error} onRetry={() => void query.refetch()} />
      )}
    </Page>
  );
}

const Back = () => (
  <a className={classes.back} href={href({ page: "experiments" })}>
    All experiments
  </a>
);

function Shown({ detail }: { detail: RunDetail }) {
  const { document, selection } = detail;
  const { config, run } = document;
  const live = useLiveRun(run);
  const published = useQuery(publishedQuery(config)).data ?? [];
  const state = detail.task === null ? (live.state ?? document.state) : "running";
  const folds = shownFolds(detail, live);
  const heldOut = heldOutDatasets(folds);
  const done = state === "finished";
  const curves = <Curves key="curves" config={config} folds={folds} live={live} running={state === "running"} />;
  const results = (
    <div key="results" className={classes.sections}>
      {done && <Summary document={document} />}
      <FoldsTable document={document} heldOut={heldOut} published={published} state={state} rule={selection.words} />
      {folds.some(({ score }) => score !== null) && <Matrices run={run} heldOut={heldOut} />}
    </div>
  );
  return (
    <Page
      title={runTitle(config)}
      lead={
        <>
          <Back /> · {runDetails(config)}
        </>
      }
      actions={<RunActions detail={detail} state={state} published={published} />}
    >
      <div className={classes.sections}>
        {!selection.validForReporting && <Notice kind="warning">{OPTIMISTIC}</Notice>}
        <Progress detail={detail} state={state} folds={folds} />
        {done ? [results, curves] : [curves, results]}
        <Configuration detail={detail} />
      </div>
    </Page>
  );
}
