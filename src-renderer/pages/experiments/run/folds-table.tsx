import { Switch } from "@mantine/core";
import { Fragment, type ReactNode, useState } from "react";
import type { PublishedRow } from "../../../../src-main/contract/api/runs.ts";
import { CLASSES } from "../../../../src-main/contract/classes.ts";
import type { RunDocument, RunState, Scores } from "../../../../src-main/contract/documents.ts";
import { count, percent, plural } from "../../../lib/format.ts";
import { DataTable, num } from "../../../parts/data-table.tsx";
import { DatasetMark } from "../../../parts/dataset-mark.tsx";
import { clipsHref } from "../links.ts";
import { OptimisticSign } from "../optimistic.tsx";
import { Remarks } from "../remarks.tsx";
import { StateSign } from "../state-sign.tsx";
import { looksAtTest } from "../words.ts";
import classes from "./folds-table.module.css";
import type { HeldOut, ShownFold } from "./folds.ts";

const METRICS = ["uf1", "uar", "accuracy"] as const satisfies readonly (keyof Scores)[];
const NAMES: Readonly<Record<keyof Scores, string>> = { uf1: "UF1", uar: "UAR", accuracy: "Acc" };
/** The paper's rows that stand beside our mean. */
const PAPER_MEAN = "mean of five datasets";

interface FoldsTableProps {
  readonly document: RunDocument;
  readonly heldOut: readonly HeldOut[];
  readonly published: readonly PublishedRow[];
  readonly state: RunState;
  /** The selection rule in words. */
  readonly rule: string;
}

/** A row a held-out dataset, then the mean, the majority answer, and the paper's figures beside ours. */
export function FoldsTable({ document, heldOut, published, state, rule }: FoldsTableProps) {
  const paper = published.length > 0;
  const of = (test: string) => published.filter((row) => row.test === test);
  const seeds = new Set(heldOut.flatMap(({ folds }) => folds.map(({ seed }) => seed))).size;
  const finished = state === "finished";
  const [each, setEach] = useState(false);
  return (
    <section className={classes.section} aria-labelledby="folds">
      <div className={classes.head}>
        <h2 id="folds">Held-out datasets</h2>
        {seeds > 1 && (
          <Switch
            size="xs"
            label="Each seed"
            labelPosition="left"
            checked={each}
            onChange={({ currentTarget: { checked } }) => setEach(checked)}
          />
        )}
      </div>
      <DataTable label="Figures of each held-out dataset">
        <Head paper={paper} />
        <tbody>
          {heldOut.map((dataset) => (
            <Fragment key={dataset.id}>
              <DatasetRow run={document.run} heldOut={dataset} paper={paper ? of(dataset.name) : null} />
              {seeds > 1 && each && dataset.folds.map((fold) => <SeedRow key={fold.index} fold={fold} paper={paper} />)}
            </Fragment>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              Mean {looksAtTest(document.config) && <OptimisticSign />}
              <MeanNote document={document} heldOut={heldOut} finished={finished} />
            </th>
            <td />
            {METRICS.map((metric) => (
              <Figure
                key={metric}
                value={finished || document.folds.length > 0 ? document.mean[metric] : null}
                spread={seeds > 1 && finished ? document.spread[metric] : null}
              />
            ))}
            {paper && <Paper rows={of(PAPER_MEAN)} />}
          </tr>
          <tr className={classes.majority}>
            <th scope="row">Majority class always</th>
            <td />
            {METRICS.map((metric) => (
              <Figure
                key={metric}
                value={finished || document.folds.length > 0 ? document.majority[metric] : null}
                spread={null}
              />
            ))}
            {paper && <Paper rows={[]} />}
          </tr>
        </tfoot>
      </DataTable>
      <Notes heldOut={heldOut} seeds={seeds} paper={paper} rule={rule} />
      <div className={classes.remarks}>
        <Remarks sentences={document.remarks} />
      </div>
    </section>
  );
}

function Head({ paper }: { paper: boolean }) {
  return (
    <thead>
      {paper && (
        <tr className={classes.groups}>
          <td colSpan={2} />
          <th scope="colgroup" colSpan={3}>
            This experiment
          </th>
          <th scope="colgroup" colSpan={4} className={classes.paper}>
            The paper
          </th>
        </tr>
      )}
      <tr>
        <th scope="col">Dataset</th>
        <th scope="col" className={num}>
          n
        </th>
        {METRICS.map((metric) => (
          <th key={metric} scope="col" className={num}>
            {NAMES[metric]}, %
          </th>
        ))}
        {paper && (
          <>
            {METRICS.map((metric, at) => (
              <th key={metric} scope="col" className={`${num} ${at === 0 ? classes.paper : ""}`}>
                {NAMES[metric]}, %
              </th>
            ))}
            <th scope="col">Which figure</th>
          </>
        )}
      </tr>
    </thead>
  );
}

function DatasetRow({ run, heldOut, paper }: { run: string; heldOut: HeldOut; paper: PublishedRow[] | null }) {
  const { id, name, n, folds, mean, spread } = heldOut;
  const state = folds.find((fold) => fold.state === "running") ?? folds.find((fold) => fold.score === null);
  return (
    <tr>
      <th scope="row">
        <span className={classes.dataset}>
          <DatasetMark id={id} named />
          {mean === null ? (
            name
          ) : (
            <a className={classes.link} href={clipsHref({ run, test: name })} title={`Open the answers on ${name}`}>
              {name}
            </a>
          )}
        </span>
      </th>
      <td className={num}>{count(n)}</td>
      {mean === null && state !== undefined ? (
        <td colSpan={3} className={`${num} ${classes.waiting}`}>
          <StateSign state={state.state} />
        </td>
      ) : (
        METRICS.map((metric) => (
          <Figure key={metric} value={mean?.[metric] ?? null} spread={spread?.[metric] ?? null} />
        ))
      )}
      {paper !== null && <Paper rows={paper} unknown="–" />}
    </tr>
  );
}

function SeedRow({ fold, paper }: { fold: ShownFold; paper: boolean }) {
  return (
    <tr className={classes.seed}>
      <th scope="row">seed {fold.seed}</th>
      <td />
      {fold.score === null ? (
        <td colSpan={3} className={num}>
          <StateSign state={fold.state} />
        </td>
      ) : (
        METRICS.map((metric) => <Figure key={metric} value={fold.score?.[metric] ?? null} spread={null} />)
      )}
      {paper && <Paper rows={[]} />}
    </tr>
  );
}

function Figure({ value, spread }: { value: number | null; spread: number | null }) {
  return (
    <td className={num}>
      {percent(value)}
      {spread !== null && <span className={classes.spread}> ± {percent(spread)}</span>}
    </td>
  );
}

/** The paper's figures for this row, one below the other where it prints several. */
function Paper({ rows, unknown = "" }: { rows: readonly PublishedRow[]; unknown?: string }) {
  const lines = (show: (row: PublishedRow) => ReactNode) =>
    rows.map((row) => (
      <span key={`${row.method} ${row.source}`} className={classes.line}>
        {show(row)}
      </span>
    ));
  return (
    <>
      {METRICS.map((metric, at) => (
        <td key={metric} className={`${num} ${classes.published} ${at === 0 ? classes.paper : ""}`}>
          {rows.length === 0 ? unknown : lines((row) => percent(row[metric]))}
        </td>
      ))}
      <td className={classes.source}>
        {lines(({ source, method }) => (
          <>
            {source}: {method}
          </>
        ))}
      </td>
    </>
  );
}

function MeanNote({
  document,
  heldOut,
  finished,
}: Pick<FoldsTableProps, "document" | "heldOut"> & { finished: boolean }) {
  if (finished) return null;
  const scored = document.folds.length;
  const words =
    scored === 0
      ? "when all are tested"
      : `of the ${plural(scored, "test", "tests")} so far, of ${heldOut.flatMap(({ folds }) => folds).length}`;
  return <span className={classes.note}>{words}</span>;
}

interface NotesProps extends Pick<FoldsTableProps, "heldOut" | "rule"> {
  readonly seeds: number;
  readonly paper: boolean;
}

function Notes({ heldOut, seeds, paper, rule }: NotesProps) {
  const absent = heldOut.flatMap(({ name, folds }) => {
    const missing = CLASSES.filter((each) => folds.some(({ score }) => score?.absent.includes(each) === true));
    return missing.length === 0 ? [] : [`${name} has no ${missing.join(" and no ")} sample`];
  });
  return (
    <p className={classes.notes}>
      Tested weights: {rule}. UF1 and UAR are means over the classes, so that each class counts alike.
      {seeds > 1 && ` A dataset's row is its mean over ${seeds} seeds; ± is the standard deviation over them.`}
      {absent.length > 0 && ` ${absent.join("; ")}: its UF1 and UAR are over the classes that it has.`}
      {paper && " The paper takes the best epoch on the held-out dataset itself: its figures are optimistic."}
    </p>
  );
}
