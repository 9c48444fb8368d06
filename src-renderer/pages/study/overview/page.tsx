import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StudyOverview } from "../../../../src-main/contract/api/study.ts";
import { plural } from "../../../lib/format.ts";
import { useKeys } from "../../../lib/keys/keys.tsx";
import { href, navigate } from "../../../lib/routes.ts";
import { Asked } from "../../../parts/asked.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { Page } from "../../../parts/page.tsx";
import { LabelsDialog } from "../labels/dialog.tsx";
import { overviewQuery } from "../queries.ts";
import { DatasetTable } from "./dataset-table.tsx";
import { Faces } from "./faces.tsx";
import { FirstStart } from "./first-start.tsx";
import { MotionMenu } from "./motion-menu.tsx";
import { MovedSources } from "./moved.tsx";
import classes from "./page.module.css";
import { Waiting } from "./waiting.tsx";

/** The datasets of the study as in the paper's Table 1, and their faces side by side. */
export function OverviewPage() {
  const query = useQuery(overviewQuery);
  const [labelling, setLabelling] = useState<readonly string[] | null>(null);
  useKeys({ "study.import": () => navigate({ page: "study", rest: ["import"] }) });
  const full = query.data !== undefined && !query.data.empty;
  return (
    <Page
      title="Study"
      lead={full && summary(query.data)}
      actions={
        full && (
          <>
            <MotionMenu />
            <Button variant="default" onClick={() => setLabelling(query.data.datasets.map(({ id }) => id))}>
              Change labels
            </Button>
            <Button
              component="a"
              href={href({ page: "study", rest: ["import"] })}
              leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
            >
              Import a dataset
            </Button>
          </>
        )
      }
    >
      <Asked query={query} waiting={<Waiting />}>
        {(study) => (
          <div className={classes.sections}>
            {study.notices.map((sentence) => (
              <Notice key={sentence} kind="warning">
                {sentence}
              </Notice>
            ))}
            {study.empty ? (
              <FirstStart />
            ) : (
              <>
                <MovedSources datasets={study.datasets} />
                <DatasetTable datasets={study.datasets} onLabels={(id) => setLabelling([id])} />
                <Faces datasets={study.datasets} />
              </>
            )}
          </div>
        )}
      </Asked>
      {query.data !== undefined && labelling !== null && (
        <LabelsDialog datasets={query.data.datasets} chosen={labelling} onClose={() => setLabelling(null)} />
      )}
    </Page>
  );
}

function summary({ datasets }: StudyOverview): string {
  const sum = (pick: (dataset: StudyOverview["datasets"][number]) => number) =>
    datasets.reduce((total, dataset) => total + pick(dataset), 0);
  const [samples, subjects] = [sum(({ total }) => total), sum((dataset) => dataset.subjects)];
  return `${plural(samples, "sample")} of ${plural(subjects, "subject")} in ${plural(datasets.length, "dataset")}`;
}
