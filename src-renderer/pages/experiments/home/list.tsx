import { Button, Checkbox } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { useState } from "react";
import type { RunRow } from "../../../../src-main/contract/api/runs.ts";
import { moment, percent } from "../../../lib/format.ts";
import { useKeys } from "../../../lib/keys/keys.tsx";
import { href, navigate } from "../../../lib/routes.ts";
import { DataTable, num } from "../../../parts/data-table.tsx";
import { compareTarget, runTarget } from "../links.ts";
import { OptimisticSign } from "../optimistic.tsx";
import { StateSign } from "../state-sign.tsx";
import { looksAtTest, runDetails, runTitle, SELECTION_WORDS } from "../words.ts";
import classes from "./list.module.css";

/** As many as can be compared at once. */
const MOST = 8;

/** Every experiment, newest first; two or more can be chosen and compared. */
export function RunList({ runs }: { runs: readonly RunRow[] }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const there = runs.map(({ run }) => run).filter((run) => chosen.includes(run));
  const compare = () => navigate(compareTarget(there));
  useKeys({ "experiments.compare": compare }, { when: there.length > 1 });
  return (
    <section aria-labelledby="runs">
      <div className={classes.head}>
        <h2 id="runs">All experiments</h2>
        {runs.length > 1 && (
          <>
            <span className={classes.hint}>{hint(there.length)}</span>
            <Button
              variant="default"
              size="compact-md"
              leftSection={<IconArrowsDiff size={16} stroke={1.8} aria-hidden />}
              disabled={there.length < 2}
              onClick={compare}
            >
              {there.length < 2 ? "Compare" : `Compare ${there.length}`}
            </Button>
          </>
        )}
      </div>
      <DataTable label="All experiments">
        <thead>
          <tr>
            <td className={classes.choose} />
            <th scope="col">Experiment</th>
            <th scope="col">Selection rule</th>
            <th scope="col">State</th>
            <th scope="col" className={num}>
              UF1, %
            </th>
            <th scope="col" className={num}>
              UAR, %
            </th>
            <th scope="col" className={num}>
              Acc, %
            </th>
            <th scope="col" className={num}>
              Begun
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((row) => (
            <Row
              key={row.run}
              row={row}
              chosen={there.includes(row.run)}
              full={there.length >= MOST}
              onChoose={(on) => setChosen(on ? [...there, row.run] : there.filter((run) => run !== row.run))}
            />
          ))}
        </tbody>
      </DataTable>
    </section>
  );
}

function hint(chosen: number): string {
  if (chosen === 0) return "Choose two or more to compare";
  if (chosen === 1) return "Choose another one";
  return chosen >= MOST ? `At most ${MOST} at once` : "";
}

interface RowProps {
  readonly row: RunRow;
  readonly chosen: boolean;
  /** No more can be chosen. */
  readonly full: boolean;
  readonly onChoose: (on: boolean) => void;
}

function Row({ row, chosen, full, onChoose }: RowProps) {
  const { run, config, state, folds, mean, created } = row;
  const title = runTitle(config);
  // The mean of some of the datasets compares with no other mean.
  const whole = state === "finished" ? mean : null;
  return (
    <tr data-chosen={chosen ? "" : undefined} className={classes.row}>
      <td className={classes.choose}>
        <Checkbox
          size="xs"
          checked={chosen}
          disabled={full && !chosen}
          aria-label={`Compare ${title}, ${runDetails(config)}, begun ${moment(created)}`}
          onChange={({ currentTarget: { checked } }) => onChoose(checked)}
        />
      </td>
      <th scope="row">
        <a className={classes.link} href={href(runTarget(run))}>
          {title}
        </a>
        <span className={classes.details}>{runDetails(config)}</span>
      </th>
      <td className={classes.selection}>{SELECTION_WORDS[config.selection]}</td>
      <td>
        <StateSign state={state} />
        {state !== "finished" && folds.scored > 0 && (
          <span className={classes.details}>
            {folds.scored} of {folds.total} tested
          </span>
        )}
      </td>
      <td className={`${num} ${classes.figure}`}>
        {looksAtTest(config) && whole !== null && <OptimisticSign />} {percent(whole?.uf1 ?? null)}
      </td>
      <td className={num}>{percent(whole?.uar ?? null)}</td>
      <td className={num}>{percent(whole?.accuracy ?? null)}</td>
      <td className={`${num} ${classes.when}`}>{moment(created)}</td>
    </tr>
  );
}
