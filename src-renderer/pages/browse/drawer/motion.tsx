/** The motion of a clip over time: measured on demand, and the apex that follows from it. */
import { Button, SegmentedControl } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { datasetName } from "../../../../src-main/contract/datasets.ts";
import { APEX_RULES, type ApexRule } from "../../../../src-main/contract/flow.ts";
import type { Sample } from "../../../../src-main/contract/sample.ts";
import { host } from "../../../lib/host/client.ts";
import { isAlive, useTasks, welcomeTask } from "../../../lib/host/stream.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { TaskProgress } from "../../../parts/task-progress.tsx";
import { motionQuery } from "../queries.ts";
import classes from "./motion.module.css";
import { Nothing } from "./nothing.tsx";

/** Under the player of a clip that nobody has measured; nothing where there is nothing to measure against. */
export function MeasureMotion({ sample }: { sample: Sample }) {
  const { dataset, subject, clip } = sample;
  const measure = useMutation({
    mutationFn: () => host.flow.spot.mutate({ clips: [{ dataset, subject, clip }], datasets: [dataset] }),
    onSuccess: welcomeTask,
  });
  const tasks = useTasks() ?? [];
  const working = tasks.find((task) => task.kind === "spot" && isAlive(task));
  const last = tasks.find(({ id }) => id === measure.data?.id);
  if (sample.frames === null || sample.onset === null) return null;
  if (measure.error !== null) return <FaultNotice error={measure.error} />;
  if (working !== undefined) return <TaskProgress task={working} />;
  const refused = last?.kind === "spot" ? last.result?.faults[0]?.reason : last?.error?.message;
  return (
    <div className={classes.bar}>
      <span>{refused ?? "How far the face moves in each frame is not measured yet."}</span>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconActivity size={14} stroke={1.8} aria-hidden />}
        loading={measure.isPending}
        onClick={() => measure.mutate()}
      >
        Measure motion
      </Button>
    </div>
  );
}

/** Where the flow of a sample will be; nobody has computed it yet. */
export function NoFlow({ sample: { dataset, subject, clip } }: { sample: Sample }) {
  const compute = useMutation({
    mutationFn: () => host.flow.compute.mutate({ datasets: [dataset], clips: [{ dataset, subject, clip }] }),
    onSuccess: welcomeTask,
  });
  const tasks = useTasks() ?? [];
  const working = tasks.find((task) => task.kind === "flow" && isAlive(task));
  const last = tasks.find(({ id }) => id === compute.data?.id);
  const refused = last?.kind === "flow" ? (last.result?.faults[0]?.reason ?? last.error?.message) : undefined;
  return (
    <Nothing title="No optical flow yet">
      {compute.error !== null && <FaultNotice error={compute.error} />}
      <p>{refused ?? "How each point of the face moves from onset to apex is computed in a second."}</p>
      {working === undefined ? (
        <Button variant="default" size="xs" loading={compute.isPending} onClick={() => compute.mutate()}>
          Compute its flow
        </Button>
      ) : (
        <div className={classes.working}>
          <TaskProgress task={working} />
        </div>
      )}
    </Nothing>
  );
}

const RULE_NAMES: Record<ApexRule, string> = { middle: "Middle frame", spotted: "Largest motion" };

/** Which apex a dataset's clips without a coded one have; silent for clips whose table gives one. */
export function ApexChoice({ sample }: { sample: Sample }) {
  const { dataset, subject, clip } = sample;
  const motion = useQuery(motionQuery({ dataset, subject, clip })).data;
  const change = useMutation({ mutationFn: (rule: ApexRule) => host.flow.setApexRule.mutate({ dataset, rule }) });
  if (sample.apexSource === "table" || sample.frames === null || motion === undefined || motion.curve === null)
    return null;
  const words = `Apex of the clips of ${datasetName(dataset)} without a coded one`;
  return (
    <>
      {change.error !== null && <FaultNotice error={change.error} />}
      <div className={classes.choice}>
        <span>{words}</span>
        <SegmentedControl
          size="xs"
          aria-label={words}
          value={motion.rule}
          onChange={(value) => change.mutate(APEX_RULES.find((rule) => rule === value) ?? "middle")}
          data={APEX_RULES.map((value) => ({ value, label: RULE_NAMES[value] }))}
        />
      </div>
    </>
  );
}
