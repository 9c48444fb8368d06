import { CLASSES, type EmotionClass } from "../../src-main/contract/classes.ts";
import type { Confusion } from "../../src-main/contract/documents.ts";
import { count, percent } from "../lib/format.ts";
import { ClassSign } from "./class-sign.tsx";
import classes from "./confusion-matrix.module.css";

interface ConfusionMatrixProps {
  /** What it shows, for a screen reader: "SMIC, seed 1". */
  readonly label: string;
  /** `[true][predicted]`. */
  readonly confusion: Confusion;
  /** Where a cell's clips are seen; null where they are not. */
  readonly hrefOf: (coded: EmotionClass, predicted: EmotionClass) => string | null;
}

/** Rows: as coded; columns: as recognised. A cell's tint and percentage are its share of its row. */
export function ConfusionMatrix({ label, confusion, hrefOf }: ConfusionMatrixProps) {
  return (
    <table className={classes.matrix} aria-label={`Confusion matrix: ${label}`}>
      <thead>
        <tr>
          <td className={classes.corner}>coded \ answer</td>
          {CLASSES.map((name) => (
            <th key={name} scope="col">
              <Head of={name} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {CLASSES.map((coded, row) => {
          const total = (confusion[row] ?? []).reduce((sum, n) => sum + n, 0);
          return (
            <tr key={coded}>
              <th scope="row">
                <Head of={coded} />
              </th>
              {CLASSES.map((predicted, column) => (
                <Cell
                  key={predicted}
                  n={confusion[row]?.[column] ?? 0}
                  total={total}
                  right={row === column}
                  words={`${coded} recognised as ${predicted}`}
                  href={hrefOf(coded, predicted)}
                />
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const Head = ({ of }: { of: EmotionClass }) => (
  <span className={classes.head}>
    <ClassSign of={of} />
    {of}
  </span>
);

interface CellProps {
  readonly n: number;
  /** Of its row. */
  readonly total: number;
  /** On the diagonal: the answer was right. */
  readonly right: boolean;
  readonly words: string;
  readonly href: string | null;
}

function Cell({ n, total, right, words, href }: CellProps) {
  const share = total === 0 ? 0 : n / total;
  const inside = (
    <>
      <span className={classes.count}>{count(n)}</span>
      <span className={classes.share}>{total === 0 ? "–" : `${percent(share)} %`}</span>
    </>
  );
  const sentence = `${words}: ${count(n)} of ${count(total)}`;
  return (
    <td
      className={classes.cell}
      data-right={right ? "" : undefined}
      style={{ background: `color-mix(in srgb, var(--accent) ${Math.round(share * 42)}%, transparent)` }}
    >
      {n === 0 || href === null ? (
        <span className={classes.inside} data-empty={n === 0 ? "" : undefined} title={sentence}>
          {inside}
        </span>
      ) : (
        <a
          className={classes.inside}
          href={href}
          title={`${sentence}. Open these clips`}
          aria-label={`${sentence}. Open these clips`}
        >
          {inside}
        </a>
      )}
    </td>
  );
}
