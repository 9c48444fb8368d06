import { SegmentedControl } from "@mantine/core";
import { IconTriangleFilled } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { RunComparison } from "../../../../src-main/contract/api/runs.ts";
import { compareDatasets, datasetId } from "../../../../src-main/contract/datasets.ts";
import type { RunDocument } from "../../../../src-main/contract/documents.ts";
import { runConfig } from "../../../../src-main/contract/run.ts";
import { percent } from "../../../lib/format.ts";
import { href } from "../../../lib/routes.ts";
import { DataTable, num } from "../../../parts/data-table.tsx";
import { DatasetLabel } from "../../../parts/dataset-mark.tsx";
import { seedsOf } from "../export/rows.ts";
import { runTarget } from "../links.ts";
import { OptimisticSign } from "../optimistic.tsx";
import { StateSign } from "../state-sign.tsx";
import { looksAtTest, runDetails, runTitle, SETTING_NAMES, settingValue } from "../words.ts";
import { bestOf, foldFigure, meanFigure, type Metric } from "./best.ts";
import classes from "./table.module.css";

const METRICS: readonly (readonly [Metric, string])[] = [
  ["uf1", "UF1"],
  ["uar", "UAR"],
  ["accuracy", "Acc"],
];

/** In pixels: of the row names, and of an experiment's column at most; figures far apart do not compare. */
const NAMES_WIDTH = 220;
const MOST_WIDTH = 280;

/** A column an experiment: settings that differ, means, then each held-out dataset by one metric. */
export function CompareTable({ comparison }: { comparison: RunComparison }) {
  const { runs } = comparison;
  const [metric, setMetric] = useState<Metric>("uf1");
  const fields = runConfig
    .keyof()
    .options.filter((field) => comparison.differences.some(({ setting }) => setting === field));
  const tests = [...new Set(runs.flatMap(({ folds }) => folds.map(({ test }) => test)))].sort((a, b) =>
    compareDatasets(datasetId(a), datasetId(b)),
  );
  const columns = runs.length + 1;
  return (
    <div style={{ maxWidth: NAMES_WIDTH + runs.length * MOST_WIDTH }}>
      <DataTable label="Comparison" dense>
        <thead>
          <tr className={classes.heads}>
            <td className={classes.names} />
            {runs.map((run) => (
              <th key={run.run} scope="col" className={num}>
                <a className={classes.link} href={href(runTarget(run.run))}>
                  {runTitle(run.config)}
                </a>
                <span className={classes.details}>{runDetails(run.config)}</span>
                {run.state !== "finished" && <StateSign state={run.state} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={classes.sticky}>
          <Group columns={columns}>Settings that differ</Group>
          {fields.length === 0 && (
            <tr>
              <td colSpan={columns} className={classes.none}>
                None: they differ in their data alone.
              </td>
            </tr>
          )}
          {fields.map((field) => (
            <tr key={field} className={classes.differs}>
              <th scope="row">{SETTING_NAMES[field]}</th>
              {runs.map(({ run, config }) => (
                <td key={run} className={num}>
                  {settingValue(config, field)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tbody className={classes.sticky}>
          <Group columns={columns}>Mean over the held-out datasets, %</Group>
          {METRICS.map(([each, name]) => (
            <FigureRow
              key={each}
              name={name}
              runs={runs}
              values={runs.map((run) => meanFigure(run, each))}
              spreads={runs.map((run) => (seedsOf(run) > 1 && run.state === "finished" ? run.spread[each] : null))}
            />
          ))}
          <tr className={classes.majority}>
            <th scope="row">Majority class always, UF1</th>
            {runs.map((run) => (
              <td key={run.run} className={num}>
                {percent(run.state === "finished" ? run.majority.uf1 : null)}
              </td>
            ))}
          </tr>
        </tbody>
        <tbody className={classes.sticky}>
          <Group columns={columns}>
            <span className={classes.switch}>
              Each held-out dataset, %
              <SegmentedControl
                size="xs"
                aria-label="Figure"
                value={metric}
                onChange={(value) => {
                  const known = METRICS.find(([each]) => each === value);
                  if (known !== undefined) setMetric(known[0]);
                }}
                data={METRICS.map(([value, label]) => ({ value, label }))}
              />
            </span>
          </Group>
          {tests.map((test) => (
            <FigureRow
              key={test}
              name={<DatasetLabel id={datasetId(test)} />}
              runs={runs}
              values={runs.map((run) => foldFigure(run, { test, metric }))}
            />
          ))}
        </tbody>
      </DataTable>
      <p className={classes.notes}>
        <IconTriangleFilled size={8} aria-hidden /> marks the best of a row.
        {runs.some(({ config }) => looksAtTest(config)) &&
          " An experiment whose epoch was chosen on the held-out dataset itself is not valid for reporting and takes no part beside others."}
        {runs.some(({ state }) => state !== "finished") && " The mean of an experiment stands once it has finished."}
      </p>
    </div>
  );
}

const Group = ({ columns, children }: { columns: number; children: ReactNode }) => (
  <tr className={classes.group}>
    <th scope="rowgroup" colSpan={columns}>
      {children}
    </th>
  </tr>
);

interface FigureRowProps {
  readonly name: ReactNode;
  readonly runs: readonly RunDocument[];
  /** In the order of `runs`. */
  readonly values: readonly (number | null)[];
  readonly spreads?: readonly (number | null)[];
}

function FigureRow({ name, runs, values, spreads }: FigureRowProps) {
  const best = bestOf(values, runs);
  return (
    <tr>
      <th scope="row">{name}</th>
      {runs.map(({ run, config }, at) => {
        const value = values[at] ?? null;
        const spread = spreads?.[at] ?? null;
        return (
          <td key={run} className={num} data-best={best[at] ? "" : undefined}>
            <span className={classes.figure}>
              {best[at] && <IconTriangleFilled className={classes.best} size={8} role="img" aria-label="best" />}
              {value !== null && looksAtTest(config) && <OptimisticSign />}
              {percent(value)}
              {spread !== null && <span className={classes.spread}>± {percent(spread)}</span>}
            </span>
          </td>
        );
      })}
    </tr>
  );
}
