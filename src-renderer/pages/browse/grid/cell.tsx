import { VisuallyHidden } from "@mantine/core";
import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { memo } from "react";
import type { SampleRow } from "../../../../src-main/contract/api/samples.ts";
import { pictureOf } from "../../../lib/host/pictures.ts";
import { ClassSign } from "../../../parts/class-sign.tsx";
import { DatasetMark } from "../../../parts/dataset-mark.tsx";
import { sampleAt } from "../rows.ts";
import type { Pictures } from "../view.ts";
import classes from "./cell.module.css";
import { NoThumb, Thumb } from "./thumb.tsx";

interface CellProps {
  readonly dataset: string;
  readonly row: SampleRow;
  readonly pictures: Pictures;
  readonly index: number;
  readonly count: number;
  readonly width: number;
  readonly selected: boolean;
  /** See `Thumb`. */
  readonly wait: boolean;
  readonly onOpen: (index: number) => void;
}

/** One sample: its apex or its flow, its class and dataset by sign and colour, its key. */
export const Cell = memo(function Cell({
  dataset,
  row,
  pictures,
  index,
  count,
  width,
  selected,
  wait,
  onOpen,
}: CellProps) {
  const [, ...tail] = row;
  const sample = sampleAt({ datasets: [dataset], rows: [[0, ...tail]] }, 0);
  return (
    <div
      role="option"
      id={optionId(index)}
      className={classes.cell}
      style={{ width }}
      aria-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={count}
      onClick={() => onOpen(index)}
    >
      {sample.shows === "pictures" ? (
        <Thumb
          key={`${dataset}/${sample.subject}/${sample.clip}`}
          what={pictures}
          src={pictureOf(pictures, { ...sample, dataset }, Math.ceil(width * window.devicePixelRatio))}
          wait={wait}
        />
      ) : (
        <NoThumb shows={sample.shows} />
      )}
      {sample.needsReview && (
        <span className={classes.review} title="Needs review">
          <IconAlertTriangleFilled size={12} aria-hidden />
          <VisuallyHidden>Needs review, </VisuallyHidden>
        </span>
      )}
      <span className={classes.words}>
        <span className={classes.line}>
          {sample.class === null ? (
            <span className={classes.outside} title="Outside the labels" />
          ) : (
            <ClassSign of={sample.class} size={10} />
          )}
          <VisuallyHidden>{sample.class ?? "outside the labels"}, clip </VisuallyHidden>
          <span className={classes.clip}>{sample.clip}</span>
        </span>
        <span className={classes.line}>
          <span className={classes.subject}>Subject {sample.subject}</span>
          <DatasetMark id={dataset} />
        </span>
      </span>
    </div>
  );
});

export const optionId = (index: number) => `sample-${index}`;
