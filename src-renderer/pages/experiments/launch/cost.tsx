import { Button, Skeleton } from "@mantine/core";
import { IconExclamationCircle, IconPlayerPlay } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { RunEstimate, RunRow } from "../../../../src-main/contract/api/runs.ts";
import { count, duration, moment } from "../../../lib/format.ts";
import { href } from "../../../lib/routes.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { runTarget } from "../links.ts";
import classes from "./cost.module.css";
import { sameConfig } from "./draft.ts";

interface CostProps {
  readonly query: UseQueryResult<RunEstimate>;
  readonly runs: readonly RunRow[];
  readonly starting: boolean;
  readonly onStart: () => void;
}

/** What the experiment will cost, what to know before it starts, and the button. */
export function Cost({ query, runs, starting, onStart }: CostProps) {
  const { data: estimate, error } = query;
  if (error !== null) return <FaultNotice error={error} onRetry={() => void query.refetch()} />;
  if (estimate === undefined) return <Skeleton height={180} radius={8} />;
  const { settled, fault } = estimate;
  const before = settled === null ? undefined : runs.find(({ config }) => sameConfig(config, settled));
  return (
    <section className={classes.cost} aria-label="What it will cost" aria-busy={query.isPlaceholderData}>
      {fault === null ? <Figures estimate={estimate} /> : <Fault sentence={fault} />}
      {before !== undefined && (
        <p className={classes.before}>
          {before.state === "finished" ? "Already run" : "Already begun"} on {moment(before.created)}:{" "}
          <a href={href(runTarget(before.run))}>open it</a>.
        </p>
      )}
      <Button
        fullWidth
        leftSection={<IconPlayerPlay size={16} stroke={1.8} aria-hidden />}
        disabled={fault !== null || (before !== undefined && before.task !== null)}
        loading={starting}
        onClick={onStart}
      >
        {startWords(before)}
      </Button>
    </section>
  );
}

function startWords(before: RunRow | undefined): string {
  if (before === undefined || before.state === "finished") return "Start";
  return before.task === null ? "Go on with it" : "At work";
}

function Figures({ estimate: { folds, trainings, samples, minutes, basis } }: { estimate: RunEstimate }) {
  return (
    <>
      <div className={classes.time}>
        <strong>{minutes === null ? "–" : sentenceCase(duration(minutes * 60_000))}</strong>
        <span>
          {basis === "default"
            ? "a first guess: nothing was run like this yet"
            : "by the pace of an earlier experiment"}
        </span>
      </div>
      <dl className={classes.figures}>
        <div>
          <dt>Held-out datasets</dt>
          <dd>{count(folds)}</dd>
        </div>
        <div>
          <dt>Networks to train</dt>
          <dd>{count(trainings)}</dd>
        </div>
        <div>
          <dt>Samples</dt>
          <dd>{count(samples)}</dd>
        </div>
      </dl>
    </>
  );
}

function Fault({ sentence }: { sentence: string }) {
  return (
    <p className={classes.fault} role="alert">
      <IconExclamationCircle size={16} stroke={1.8} aria-hidden />
      {sentence}
    </p>
  );
}

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
