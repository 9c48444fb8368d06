import { Tooltip } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { Readiness } from "../../../../src-main/contract/api/study.ts";
import { count } from "../../../lib/format.ts";
import { Meter } from "../../../parts/meter.tsx";
import classes from "./readiness.module.css";

const WHENCE = {
  Crops: "An experiment cuts those that it needs.",
  Flow: "An experiment on optical flow computes those that it needs; Motion, above, computes them all.",
  AUs: "They come with the import, from OpenFace tables.",
};

interface ReadinessProps {
  readonly what: keyof typeof WHENCE;
  /** The dataset's name. */
  readonly of: string;
  readonly readiness: Readiness;
}

/** How far a derived input of a dataset is: ready, a share of it, or nothing yet. */
export function ReadinessCell({ what, of, readiness: { done, total } }: ReadinessProps) {
  const sentence =
    total === 0
      ? `${what}: ${of} has nothing that they could be made from.`
      : `${what}: ${count(done)} of ${count(total)} samples. ${done < total ? WHENCE[what] : ""}`;
  return (
    <td className={classes.cell}>
      <Tooltip label={sentence} multiline maw={260}>
        {state({ what, done, total })}
      </Tooltip>
    </td>
  );
}

function state({ what, done, total }: Readiness & { what: string }) {
  if (total > 0 && done >= total)
    return (
      <span className={classes.ready}>
        <IconCheck size={14} stroke={2.2} aria-hidden />
        ready
      </span>
    );
  if (total === 0) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.state} data-none={done === 0 ? "" : undefined}>
      {count(done)} of {count(total)}
      <Meter fraction={done / total} label={what} />
    </span>
  );
}
