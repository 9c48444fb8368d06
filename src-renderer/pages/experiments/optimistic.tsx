import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "./optimistic.module.css";

export const OPTIMISTIC = "Not valid for reporting: the epoch was chosen by its score on the held-out dataset itself.";

/** Beside the figures of a run under best-on-test. */
export function OptimisticSign() {
  return (
    <span className={classes.sign} role="img" aria-label={OPTIMISTIC} title={OPTIMISTIC}>
      <IconAlertTriangle size={14} stroke={1.8} aria-hidden />
    </span>
  );
}
