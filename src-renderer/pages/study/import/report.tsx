import { Tabs } from "@mantine/core";
import { CLASSES, type PerClass } from "../../../../src-main/contract/classes.ts";
import { datasetId } from "../../../../src-main/contract/datasets.ts";
import type { ImportDocument } from "../../../../src-main/contract/documents.ts";
import { count, signed } from "../../../lib/format.ts";
import { ClassHeads } from "../../../parts/class-heads.tsx";
import { DataTable, num } from "../../../parts/data-table.tsx";
import { DatasetLabel } from "../../../parts/dataset-mark.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { FaultLists } from "./fault-lists.tsx";
import classes from "./report.module.css";

/** The report of an import; a manifest may hold several datasets. */
export function ImportReport({ documents }: { documents: readonly ImportDocument[] }) {
  const [first] = documents;
  if (first === undefined) return <Notice kind="warning">The table holds no row.</Notice>;
  if (documents.length === 1) return <DatasetReport document={first} />;
  return (
    <Tabs defaultValue={first.dataset}>
      <Tabs.List mb="lg">
        {documents.map(({ dataset }) => (
          <Tabs.Tab key={dataset} value={dataset}>
            <DatasetLabel id={datasetId(dataset)} />
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {documents.map((document) => (
        <Tabs.Panel key={document.dataset} value={document.dataset}>
          <DatasetReport document={document} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function DatasetReport({ document }: { document: ImportDocument }) {
  const { rows, samples, framesFound, outsidePreset, doubtful, skipped, changes } = document;
  return (
    <div className={classes.report}>
      {samples + outsidePreset === 0 && (
        <Notice kind="warning" title="No row led to a sample">
          Is this the right folder? The reasons stand below.
        </Notice>
      )}
      <dl className={classes.figures}>
        <Figure value={rows} what="rows read" />
        <Figure value={samples} what="samples with a class" />
        <Figure value={outsidePreset} what="outside the labels" />
        <Figure value={framesFound} what="frames found" />
        <Figure value={doubtful.length} what="to review" kind="warning" />
        <Figure value={skipped.length} what="rows skipped" kind="fault" />
      </dl>
      <Counts document={document} />
      <p className={classes.changes}>
        In the study: {count(changes.added)} new, {count(changes.updated)} changed, {count(changes.unchanged)} as
        before.
      </p>
      <FaultLists document={document} />
    </div>
  );
}

function Figure({ value, what, kind }: { value: number; what: string; kind?: "warning" | "fault" }) {
  return (
    <div className={classes.figure} data-kind={value > 0 ? kind : undefined}>
      <dt>{what}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}

const total = (counts: PerClass) => CLASSES.reduce((sum, name) => sum + counts[name], 0);

/** Counts a class, beside the published ones of this release where they are known. */
function Counts({ document: { perClass, known, preset } }: { document: ImportDocument }) {
  return (
    <DataTable label="Counts by class" dense>
      <thead>
        <tr>
          <th scope="col">Labels: {preset}</th>
          <ClassHeads />
          <th scope="col" className={num}>
            Total
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Found</th>
          {CLASSES.map((name) => (
            <td key={name} className={num}>
              {count(perClass[name])}
            </td>
          ))}
          <td className={num}>{count(total(perClass))}</td>
        </tr>
        {known !== null && (
          <>
            <tr>
              <th scope="row">
                Published <span className={classes.release}>{known.release}</span>
              </th>
              {CLASSES.map((name) => (
                <td key={name} className={num}>
                  {count(known[name])}
                </td>
              ))}
              <td className={num}>{count(total(known))}</td>
            </tr>
            <tr>
              <th scope="row">Difference</th>
              {CLASSES.map((name) => (
                <Difference key={name} found={perClass[name]} published={known[name]} />
              ))}
              <Difference found={total(perClass)} published={total(known)} />
            </tr>
          </>
        )}
      </tbody>
    </DataTable>
  );
}

function Difference({ found, published }: { found: number; published: number }) {
  return (
    <td className={num}>
      <span className={found === published ? classes.agrees : classes.differs}>{signed(found - published)}</span>
    </td>
  );
}
