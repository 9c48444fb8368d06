import { Checkbox, Skeleton } from "@mantine/core";
import type { DatasetOverview, PresetEffect } from "../../../../src-main/contract/api/study.ts";
import { CLASSES } from "../../../../src-main/contract/classes.ts";
import { count, signed } from "../../../lib/format.ts";
import { ClassBar } from "../../../parts/class-bar.tsx";
import { ClassHeads } from "../../../parts/class-heads.tsx";
import { DataTable, num } from "../../../parts/data-table.tsx";
import { DatasetLabel } from "../../../parts/dataset-mark.tsx";
import classes from "./effect-table.module.css";

interface EffectTableProps {
  readonly rows: readonly { readonly dataset: DatasetOverview; readonly effect: PresetEffect | null }[];
  readonly picked: ReadonlySet<string>;
  readonly onPick: (dataset: string) => void;
}

/** Counts now and after, class by class; where nothing changes there is one number. */
export function EffectTable({ rows, picked, onPick }: EffectTableProps) {
  return (
    <DataTable label="Effect on the counts">
      <thead>
        <tr>
          <th scope="col">Dataset</th>
          <th scope="col">Now, and after</th>
          <ClassHeads />
          <th scope="col" className={num}>
            Total
          </th>
          <th scope="col" className={num}>
            Outside
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ dataset: { id, name, perClass, total, outsidePreset }, effect }) => (
          <tr key={id}>
            <th scope="row">
              {rows.length > 1 ? (
                <Checkbox
                  size="xs"
                  checked={picked.has(id)}
                  onChange={() => onPick(id)}
                  aria-label={`Change ${name}`}
                  label={<DatasetLabel id={id} />}
                />
              ) : (
                <DatasetLabel id={id} />
              )}
            </th>
            <td>
              <div className={classes.balance}>
                <span className={classes.before}>
                  <ClassBar counts={perClass} />
                </span>
                {effect === null ? <Skeleton height={8} radius={4} /> : <ClassBar counts={effect.after.perClass} />}
              </div>
            </td>
            {CLASSES.map((each) => (
              <Change key={each} now={perClass[each]} after={effect?.after.perClass[each] ?? null} />
            ))}
            <Change now={total} after={effect?.after.total ?? null} />
            <Change now={outsidePreset} after={effect?.after.outsidePreset ?? null} />
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function Change({ now, after }: { now: number; after: number | null }) {
  const changed = after !== null && after !== now;
  return (
    <td className={num}>
      <span className={classes.change}>
        {changed ? (
          <>
            <span className={classes.difference}>{signed(after - now)}</span>
            <s className={classes.was}>{count(now)}</s>
            <span className={classes.now}>{count(after)}</span>
          </>
        ) : (
          <span className={after === null ? classes.was : undefined}>{count(now)}</span>
        )}
      </span>
    </td>
  );
}
