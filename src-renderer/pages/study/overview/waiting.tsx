import { Skeleton } from "@mantine/core";
import classes from "./waiting.module.css";

const ROWS = [72, 88, 104, 80, 88];

/** The study's shape while it is read. */
export function Waiting() {
  return (
    <div role="status">
      <span className="visually-hidden">Reading the study</span>
      <div className={classes.table} aria-hidden>
        {ROWS.map((width, at) => (
          <div key={at} className={classes.row}>
            <Skeleton width={20} height={20} radius={5} />
            <Skeleton width={width} height={12} />
            <Skeleton className={classes.bar} height={8} />
            <Skeleton width={200} height={12} />
          </div>
        ))}
      </div>
      <div className={classes.faces} aria-hidden>
        {ROWS.map((_, at) => (
          <Skeleton key={at} className={classes.face} radius={12} />
        ))}
      </div>
    </div>
  );
}
