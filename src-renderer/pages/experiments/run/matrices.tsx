import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { CLASSES } from "../../../../src-main/contract/classes.ts";
import { percent, plural } from "../../../lib/format.ts";
import { ClassSign } from "../../../parts/class-sign.tsx";
import { ConfusionMatrix } from "../../../parts/confusion-matrix.tsx";
import { DatasetLabel, DatasetMark } from "../../../parts/dataset-mark.tsx";
import { clipsHref } from "../links.ts";
import { type HeldOut, recalls, together } from "./folds.ts";
import classes from "./matrices.module.css";

const ALL = "all";

/** What was answered for what, a matrix a held-out dataset; each cell opens its clips. Then each class's recall. */
export function Matrices({ run, heldOut }: { run: string; heldOut: readonly HeldOut[] }) {
  const seeds = [...new Set(heldOut.flatMap(({ folds }) => folds.map(({ seed }) => seed)))];
  const [picked, setPicked] = useState(ALL);
  const seed = picked === ALL ? undefined : Number(picked);
  const shown = heldOut.flatMap(({ id, name, folds }) => {
    const confusion = together(folds.filter((fold) => seed === undefined || fold.seed === seed));
    return confusion === null ? [] : [{ id, name, confusion }];
  });
  return (
    <section aria-labelledby="matrices">
      <div className={classes.head}>
        <h2 id="matrices">Answers</h2>
        <span className={classes.hint}>A cell opens its clips.</span>
        {seeds.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Seed"
            value={picked}
            onChange={setPicked}
            data={[
              { value: ALL, label: "All seeds" },
              ...seeds.map((each) => ({ value: String(each), label: `Seed ${each}` })),
            ]}
          />
        )}
      </div>
      <div className={classes.grid}>
        {shown.map(({ id, name, confusion }) => (
          <div key={id} className={classes.card}>
            <div className={classes.title}>
              <h3>
                <DatasetLabel id={id} />
              </h3>
              <span>
                {plural(
                  confusion.flat().reduce((sum, n) => sum + n, 0),
                  "answer",
                )}
              </span>
            </div>
            <ConfusionMatrix
              label={seed === undefined ? name : `${name}, seed ${seed}`}
              confusion={confusion}
              hrefOf={(coded, predicted) =>
                clipsHref({ run, test: name, true: coded, predicted, ...(seed === undefined ? {} : { seed }) })
              }
            />
          </div>
        ))}
        <Recalls shown={shown} />
      </div>
    </section>
  );
}

type Shown = readonly { readonly id: string; readonly name: string; readonly confusion: number[][] }[];

/** How much of each class was found, a row a held-out dataset. */
function Recalls({ shown }: { shown: Shown }) {
  return (
    <div className={classes.card}>
      <div className={classes.title}>
        <h3>Recall of each class</h3>
        <span>% of its samples</span>
      </div>
      <table className={classes.recalls} aria-label="Recall of each class, percent">
        <thead>
          <tr>
            <td />
            {CLASSES.map((name) => (
              <th key={name} scope="col">
                <span>
                  <ClassSign of={name} />
                  {name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, confusion }) => (
            <tr key={id}>
              <th scope="row">
                <DatasetMark id={id} />
              </th>
              {recalls(confusion).map((recall, at) => (
                <td key={CLASSES[at]}>
                  <span className={classes.bar} data-class={CLASSES[at]}>
                    <span style={{ width: `${(recall ?? 0) * 100}%` }} />
                  </span>
                  <span className={classes.value}>{percent(recall)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
