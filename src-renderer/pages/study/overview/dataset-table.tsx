import { Button } from "@mantine/core";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { CLASSES, type PerClass } from "../../../../src-main/contract/classes.ts";
import { count, plural } from "../../../lib/format.ts";
import { href } from "../../../lib/routes.ts";
import { ClassBar } from "../../../parts/class-bar.tsx";
import { ClassHeads } from "../../../parts/class-heads.tsx";
import { DataTable, num } from "../../../parts/data-table.tsx";
import { DatasetMark } from "../../../parts/dataset-mark.tsx";
import { ruleName } from "../rules.ts";
import classes from "./dataset-table.module.css";
import { ReadinessCell } from "./readiness.tsx";

interface DatasetTableProps {
  readonly datasets: readonly DatasetOverview[];
  readonly onLabels: (dataset: string) => void;
}

/** The paper's Table 1 of this study: a row a dataset, and what all of them hold together. */
export function DatasetTable({ datasets, onLabels }: DatasetTableProps) {
  return (
    <DataTable label="Datasets of the study">
      <thead>
        <tr>
          <th scope="col">Dataset</th>
          <th scope="col" className={num}>
            fps
          </th>
          <th scope="col" className={num}>
            Frame, px
          </th>
          <th scope="col">Class balance</th>
          <ClassHeads />
          <th scope="col" className={num}>
            Total
          </th>
          <th scope="col" className={num}>
            Subjects
          </th>
          <th scope="col">Crops</th>
          <th scope="col">Flow</th>
          <th scope="col">AUs</th>
          <th scope="col">Labels</th>
        </tr>
      </thead>
      <tbody>
        {datasets.map((dataset) => (
          <Row key={dataset.id} dataset={dataset} onLabels={onLabels} />
        ))}
      </tbody>
      {datasets.length > 1 && <Foot datasets={datasets} />}
    </DataTable>
  );
}

function Row({ dataset, onLabels }: { dataset: DatasetOverview; onLabels: (dataset: string) => void }) {
  const { id, name, fps, resolution, perClass, readiness, total, subjects, rule } = dataset;
  return (
    <tr>
      <th scope="row">
        <span className={classes.name}>
          <DatasetMark id={id} named />
          <span className={classes.words}>
            <a className={classes.link} href={href({ page: "browse", search: { dataset: id } })} title={dataset.source}>
              {name}
            </a>
            <Aside dataset={dataset} />
          </span>
        </span>
      </th>
      <td className={num}>{fps ?? "–"}</td>
      <td className={num}>
        {resolution === null ? (
          "–"
        ) : (
          <>
            {resolution[0]}
            <span className={classes.of}> × </span>
            {resolution[1]}
          </>
        )}
      </td>
      <td className={classes.balance}>
        <ClassBar counts={perClass} />
      </td>
      {CLASSES.map((each) => (
        <td key={each} className={num}>
          {count(perClass[each])}
        </td>
      ))}
      <td className={`${num} ${classes.total}`}>{count(total)}</td>
      <td className={num}>{count(subjects)}</td>
      <ReadinessCell what="Crops" of={name} readiness={readiness.crops} />
      <ReadinessCell what="Flow" of={name} readiness={readiness.flow} />
      <ReadinessCell what="AUs" of={name} readiness={readiness.aus} />
      <td>
        <Button
          className={classes.labels}
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={`Labels of ${name}: ${ruleName(rule)}. Change`}
          onClick={() => onLabels(id)}
        >
          {ruleName(rule)}
        </Button>
      </td>
    </tr>
  );
}

/** What is left out of the counts or waits for a look; silent where there is nothing. */
function Aside({ dataset: { id, needsReview, outsidePreset } }: { dataset: DatasetOverview }) {
  if (needsReview === 0 && outsidePreset === 0) return null;
  return (
    <span className={classes.aside}>
      {needsReview > 0 && (
        <a href={href({ page: "browse", search: { dataset: id, status: "needs-review" } })}>
          {count(needsReview)} to review
        </a>
      )}
      {needsReview > 0 && outsidePreset > 0 && " · "}
      {outsidePreset > 0 && (
        <a
          className={classes.quiet}
          href={href({ page: "browse", search: { dataset: id, class: "outside" } })}
          title={`${plural(outsidePreset, "sample")} whose emotion the labels leave out`}
        >
          {count(outsidePreset)} outside the labels
        </a>
      )}
    </span>
  );
}

function Foot({ datasets }: { datasets: readonly DatasetOverview[] }) {
  const sum = (pick: (dataset: DatasetOverview) => number) =>
    datasets.reduce((total, dataset) => total + pick(dataset), 0);
  const all: PerClass = {
    positive: sum(({ perClass }) => perClass.positive),
    negative: sum(({ perClass }) => perClass.negative),
    surprise: sum(({ perClass }) => perClass.surprise),
  };
  return (
    <tfoot>
      <tr>
        <th scope="row">Together</th>
        <td />
        <td />
        <td>
          <ClassBar counts={all} />
        </td>
        {CLASSES.map((each) => (
          <td key={each} className={num}>
            {count(all[each])}
          </td>
        ))}
        <td className={num}>{count(sum(({ total }) => total))}</td>
        <td className={num}>{count(sum(({ subjects }) => subjects))}</td>
        <td colSpan={4} />
      </tr>
    </tfoot>
  );
}
